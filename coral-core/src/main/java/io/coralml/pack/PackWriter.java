package io.coralml.pack;

import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import io.coralml.io.Forces;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.io.WritableFile;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes one pack into a temporary file and gives it its name when it is complete and forced. The
 * encoded bytes go to disk as they come; only the table stays in memory until then. For one thread
 * at a time. Closing an unsealed writer deletes the temporary file.
 */
public final class PackWriter implements AutoCloseable {
  private static final int MAX_BUFFER = 1 << 18;

  /** So many bytes are worth a force of their own, whether more come or not. */
  private static final long FORCED_APART = 8 << 20;

  private final Storage storage;
  private final WritableFile file;
  private final Map<TensorId, PackEntry> entries = new LinkedHashMap<>();
  private final Map<TensorId, PackEntry> view = Collections.unmodifiableMap(entries);

  private ByteBuffer buffer = ByteBuffer.allocate(1 << 12);
  private long dataBytes;
  private long rawBytes;
  private long forceAheadAt = FORCED_APART;
  private @Nullable Appending current;
  private @Nullable ReadableFile reading;
  private @Nullable String completed;
  private PackFormat.@Nullable Layout completedLayout;
  private @Nullable ByteBuffer completedTable;
  private boolean published;

  private PackWriter(Storage storage, WritableFile file) {
    this.storage = storage;
    this.file = file;
  }

  /** Begins a pack in a temporary file of the storage. */
  public static PackWriter begin(Storage storage) {
    return new PackWriter(storage, storage.createTemporary(PackFormat.SUFFIX));
  }

  /** Returns the number of bytes {@code data} has so far. */
  public long dataBytes() {
    return dataBytes;
  }

  /** Returns the entries so far, by identity; a view that follows. */
  public Map<TensorId, PackEntry> entries() {
    return view;
  }

  /** Encoded bytes on their way into the pack. */
  public final class Appending implements WritableByteChannel {
    private final long offset = dataBytes;
    private final CRC32C crc = new CRC32C();
    private int[] checksums = new int[1];

    private Appending() {}

    /** Returns the number of bytes written so far. */
    public long length() {
      return dataBytes - offset;
    }

    @Override
    public int write(ByteBuffer bytes) {
      if (current != this) {
        throw new StorageException("These encoded bytes are complete; nothing can follow.");
      }
      int written = bytes.remaining();
      ByteBuffer counted = bytes.duplicate();
      while (counted.hasRemaining()) {
        int room = PackEntry.Place.PIECE_BYTES - (int) (length() % PackEntry.Place.PIECE_BYTES);
        int part = Math.min(room, counted.remaining());
        crc.update(counted.slice(counted.position(), part));
        counted.position(counted.position() + part);
        dataBytes += part;
        if (part == room) {
          endPiece();
        }
      }
      append(bytes);
      return written;
    }

    private void endPiece() {
      int piece = (int) (PackEntry.Place.pieces(length()) - 1);
      if (piece >= checksums.length) {
        checksums = Arrays.copyOf(checksums, 2 * checksums.length);
      }
      checksums[piece] = (int) crc.getValue();
      crc.reset();
    }

    /**
     * Completes the entry these bytes belong to.
     *
     * @param leaves digests of the tensor's leaves; dropped if there are fewer than two
     */
    public PackEntry finish(
        TensorId id,
        PackEntry.Form form,
        @Nullable TensorId base,
        int depth,
        @Nullable LeafDigests leaves) {
      if (length() % PackEntry.Place.PIECE_BYTES != 0) {
        endPiece();
      }
      int[] exact = Arrays.copyOf(checksums, (int) PackEntry.Place.pieces(length()));
      LeafDigests kept = leaves != null && leaves.count() > 1 ? leaves : null;
      PackEntry entry =
          new PackEntry(id, form, base, depth, kept, new PackEntry.Place(offset, length(), exact));
      add(entry);
      current = null;
      rawBytes += form.byteLength();
      return entry;
    }

    @Override
    public boolean isOpen() {
      return current == this;
    }

    /** Gives up on the bytes; those written so far stay in the pack, unreferenced. */
    @Override
    public void close() {
      if (current == this) {
        current = null;
      }
    }
  }

  private void add(PackEntry entry) {
    boolean sound =
        entry.place().length() > 0
            && entry.depth() >= 0
            && entry.depth() <= PackEntry.MAX_DEPTH
            && (entry.depth() == 0) == (entry.base() == null);
    if (!sound || entries.putIfAbsent(entry.id(), entry) != null) {
      throw new InvalidInputException("A pack cannot take the entry of tensor " + entry.id() + ".");
    }
  }

  /** Begins the encoded bytes of one tensor; the ones before must be finished or closed. */
  public Appending append() {
    if (current != null || completed != null) {
      throw new InvalidInputException("A pack is written one tensor at a time, until complete.");
    }
    current = new Appending();
    return current;
  }

  /**
   * Begins the encoded bytes of one tensor, which are forced ahead in two parts: the first is on
   * its way to the disk while the second is being encoded.
   *
   * @param first about how many bytes the first part has
   */
  public Appending appendInParts(long first) {
    Appending begun = append();
    forceAheadAt = Math.min(forceAheadAt, file.length() + first);
    return begun;
  }

  /** Copies an entry of another pack, its encoded bytes as they are, checked on the way. */
  public PackEntry copy(PackReader from, PackEntry entry) {
    return copy(from, entry, from.encoded(entry));
  }

  /**
   * Copies entries of another pack, in the order given, reading a small pack in one go.
   *
   * @see #copy(PackReader, PackEntry)
   */
  public void copyAll(PackReader from, Collection<PackEntry> chosen) {
    ByteSource data = from.data();
    for (PackEntry entry : chosen) {
      copy(from, entry, new Slice(data, entry.place().offset(), entry.place().length()));
    }
  }

  private PackEntry copy(PackReader from, PackEntry entry, ByteSource encoded) {
    PackEntry moved = entry.at(dataBytes);
    from.copyEncoded(
        entry,
        encoded,
        piece -> {
          dataBytes += piece.remaining();
          append(piece);
        });
    add(moved);
    rawBytes += entry.form().byteLength();
    return moved;
  }

  private void append(ByteBuffer bytes) {
    if (bytes.remaining() > buffer.remaining()) {
      if (buffer.position() + bytes.remaining() <= MAX_BUFFER) {
        int size = Math.max(2 * buffer.capacity(), buffer.position() + bytes.remaining());
        buffer = ByteBuffer.allocate(Math.min(MAX_BUFFER, size)).put(buffer.flip());
      } else {
        flush();
      }
    }
    if (bytes.remaining() > buffer.remaining()) {
      file.write(dataEnd(), bytes);
    } else {
      buffer.put(bytes);
    }
    if (file.length() >= forceAheadAt) {
      file.forceAhead();
      forceAheadAt = file.length() + FORCED_APART;
    }
  }

  /** The header page comes last, so the first data byte goes behind a gap. */
  private long dataEnd() {
    return Math.max(PackFormat.HEADER_BYTES, file.length());
  }

  private void flush() {
    file.write(dataEnd(), buffer.flip());
    buffer.clear();
  }

  /** Returns the encoded bytes of an entry of this unfinished pack; valid until it is closed. */
  public ByteSource encoded(PackEntry entry) {
    flush();
    long end = PackFormat.HEADER_BYTES + entry.place().offset() + entry.place().length();
    ReadableFile open = reading;
    if (open == null || open.length() < end) {
      if (open != null) {
        open.close();
      }
      open = storage.open(file.name());
      reading = open;
    }
    return new Slice(
        open, PackFormat.HEADER_BYTES + entry.place().offset(), entry.place().length());
  }

  /**
   * Completes and forces the file. Nothing can be added afterwards; {@link #publish} gives it its
   * name.
   *
   * @param created when, for the file's description of itself
   * @throws InvalidInputException if the pack has no entry, or an unfinished one
   */
  public void complete(Instant created) {
    Forces forces = new Forces(storage);
    complete(created, forces);
    forces.run();
  }

  /** Completes the file as {@link #complete(Instant)} does; it is durable after the forces. */
  public void complete(Instant created, Forces forces) {
    if (entries.isEmpty() || current != null || completed != null) {
      throw new InvalidInputException("A pack needs at least one entry, and none unfinished.");
    }
    ByteBuffer table = EntryTable.write(entries.values());
    ByteBuffer meta = meta(created);
    PackFormat.Layout layout =
        new PackFormat.Layout(
            dataBytes, table.remaining(), meta.remaining(), PackFormat.checksum(meta));
    String name = PackFormat.nameOf(packId(table));
    append(table.duplicate());
    append(meta);
    ByteBuffer header = PackFormat.headerPage(layout);
    if (file.length() == 0) {
      ByteBuffer whole = ByteBuffer.allocate(header.capacity() + buffer.position());
      file.write(0, whole.put(header).put(buffer.flip()).flip());
    } else {
      flush();
      file.write(0, header);
    }
    forces.add(file);
    completed = name;
    completedLayout = layout;
    completedTable = table;
  }

  /** Returns the simple name of the completed pack. */
  public String name() {
    return Objects.requireNonNull(completed, "the pack is not complete");
  }

  /** Returns the completed table of entries. */
  EntryTable table() {
    ByteBuffer table = Objects.requireNonNull(completedTable, "the pack is not complete");
    return EntryTable.open(table, dataBytes, name());
  }

  /** Returns where the datasets of the completed pack are. */
  public PackFormat.Layout layout() {
    return Objects.requireNonNull(completedLayout, "the pack is not complete");
  }

  /**
   * Two packs never have the same name, not even with the same content: whoever deletes the one it
   * has replaced must not meet the other. The temporary file's name is what is different.
   */
  private String packId(ByteBuffer table) {
    byte[] unique = file.name().getBytes(StandardCharsets.UTF_8);
    ByteBuffer both = ByteBuffer.allocate(table.remaining() + unique.length);
    return HexFormat.of()
        .formatHex(Sha256.digest(both.put(table.duplicate()).put(unique).flip()), 0, 16);
  }

  /**
   * Renames the completed file to its name in a directory. The caller forces the directory.
   *
   * @return the pack's simple name
   */
  public String publish(String directory) {
    String name = completed;
    if (name == null) {
      throw new InvalidInputException("A pack is completed before it gets its name.");
    }
    storage.rename(file.name(), StorageNames.child(directory, name));
    published = true;
    return name;
  }

  private ByteBuffer meta(Instant created) {
    String json =
        "{\"format\":\"coral-pack\",\"version\":"
            + PackFormat.VERSION
            + ",\"created\":\""
            + created
            + "\",\"tensors\":"
            + entries.size()
            + ",\"tensorBytes\":"
            + rawBytes
            + "}";
    return ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    ReadableFile open = reading;
    if (open != null) {
      reading = null;
      open.close();
    }
    file.close();
    if (!published) {
      published = true;
      storage.delete(file.name());
    }
  }
}
