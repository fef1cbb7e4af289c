package io.coralml.pack;

import io.coralml.CorruptDataException;
import io.coralml.io.ByteSource;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An open pack. Its header page and table are checked when it is opened, its encoded bytes when
 * they are read. Any number of threads may read it at once.
 */
public final class PackReader implements AutoCloseable {
  /** The data of packs up to this size is read in one go when all of it is copied. */
  private static final int READ_AT_ONCE = 1 << 20;

  private final ReadableFile file;
  private final String name;
  private final PackFormat.Layout layout;
  private final EntryTable table;

  private PackReader(ReadableFile file, String name, PackFormat.Layout layout, EntryTable table) {
    this.file = file;
    this.name = name;
    this.layout = layout;
    this.table = table;
  }

  /**
   * Opens a pack.
   *
   * @param name its simple name
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws CorruptDataException if it is not a complete pack
   */
  public static PackReader open(Storage storage, String directory, String name) {
    return open(storage.open(StorageNames.child(directory, name)), name, null);
  }

  /**
   * Opens a pack whose layout was remembered from an earlier opening, which saves reading its
   * header page.
   *
   * @throws CorruptDataException if the file does not fit the layout
   */
  public static PackReader open(
      Storage storage, String directory, String name, PackFormat.Layout known) {
    return open(storage.open(StorageNames.child(directory, name)), name, known);
  }

  /**
   * Opens a pack that was just published; what it holds is known and not read again. It stays
   * readable when others merge it away.
   */
  public static PackReader open(Storage storage, String directory, PackWriter written) {
    ReadableFile file = storage.open(StorageNames.child(directory, written.name()));
    return new PackReader(file, written.name(), written.layout(), written.table());
  }

  private static PackReader open(
      ReadableFile file, String name, PackFormat.@Nullable Layout known) {
    boolean opened = false;
    try {
      PackFormat.Layout layout = known != null ? known : readLayout(file, name);
      if (layout.fileBytes() != file.length() || layout.entriesBytes() > Integer.MAX_VALUE - 8) {
        throw PackFormat.corrupt(name, "it has " + file.length() + " bytes");
      }
      ByteBuffer entries = ByteBuffer.allocate((int) layout.entriesBytes());
      file.read(layout.entriesAt(), entries);
      EntryTable table = EntryTable.open(entries.flip(), layout.dataBytes(), name);
      opened = true;
      return new PackReader(file, name, layout, table);
    } finally {
      if (!opened) {
        file.close();
      }
    }
  }

  private static PackFormat.Layout readLayout(ReadableFile file, String name) {
    if (file.length() < PackFormat.HEADER_BYTES) {
      throw PackFormat.corrupt(name, "it has only " + file.length() + " bytes");
    }
    ByteBuffer page = ByteBuffer.allocate(PackFormat.HEADER_BYTES);
    file.read(0, page);
    return PackFormat.read(page.flip(), name, file.length());
  }

  /** Returns the pack's simple name. */
  public String name() {
    return name;
  }

  /** Returns where the datasets are. */
  public PackFormat.Layout layout() {
    return layout;
  }

  /** Returns what the pack holds. */
  public EntryTable table() {
    return table;
  }

  /** Returns the length of the file. */
  public long fileBytes() {
    return layout.fileBytes();
  }

  /** Returns the encoded bytes of an entry as they are on disk, unchecked. */
  public ByteSource encoded(PackEntry entry) {
    return new Slice(
        file, PackFormat.HEADER_BYTES + entry.place().offset(), entry.place().length());
  }

  /**
   * Hands over the encoded bytes of an entry piece by piece, each checked before it is handed over.
   *
   * @throws CorruptDataException if a checksum is wrong
   */
  public void copyEncoded(PackEntry entry, Consumer<ByteBuffer> to) {
    copyEncoded(entry, encoded(entry), to);
  }

  /** Returns all of {@code data}, unchecked; a small one is read now, in one go. */
  ByteSource data() {
    ByteSource data = new Slice(file, PackFormat.HEADER_BYTES, layout.dataBytes());
    if (data.length() > READ_AT_ONCE) {
      return data;
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) data.length());
    data.read(0, bytes);
    return ByteSource.of(bytes.flip());
  }

  void copyEncoded(PackEntry entry, ByteSource encoded, Consumer<ByteBuffer> to) {
    int[] checksums = entry.place().checksums();
    int size = (int) Math.min(PackEntry.Place.PIECE_BYTES, encoded.length());
    ByteBuffer piece = ByteBuffer.allocate(size);
    for (int i = 0; i < checksums.length; i++) {
      long from = (long) i * PackEntry.Place.PIECE_BYTES;
      piece.clear().limit((int) Math.min(size, encoded.length() - from));
      encoded.read(from, piece);
      piece.flip();
      if (PackFormat.checksum(piece) != checksums[i]) {
        throw PackFormat.corrupt(
            name, "the checksum of tensor " + entry.id() + " is wrong near its byte " + from);
      }
      to.accept(piece);
    }
  }

  /**
   * Reads the encoded bytes of an entry and checks them.
   *
   * @throws CorruptDataException if a checksum is wrong
   */
  public void check(PackEntry entry) {
    copyEncoded(entry, piece -> {});
  }

  /**
   * Reads the header page again, whatever is remembered of it, and the description, and checks
   * both.
   *
   * @throws CorruptDataException if one of them is damaged
   */
  public void checkStructure() {
    PackFormat.Layout found = readLayout(file, name);
    ByteBuffer meta = ByteBuffer.allocate((int) found.metaBytes());
    file.read(found.metaAt(), meta);
    if (!found.equals(layout) || PackFormat.checksum(meta.flip()) != found.metaChecksum()) {
      throw PackFormat.corrupt(name, "its description is damaged");
    }
    table.entries();
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
