package io.coralml.history;

import io.coralml.io.Forces;
import io.coralml.io.StagedWrite;
import io.coralml.io.Storage;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Writes one git pack of whole objects, and its index. Nothing is visible before {@link #publish}:
 * both files are forced first, then renamed, the index last, because a pack without an index is not
 * a pack yet. For one thread.
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">gitformat-pack</a>
 */
final class PackOutput implements StagedWrite, AutoCloseable {
  /** The buffer begins small: a commit of one tensor needs little, a merge of packs all of it. */
  private static final int LEAST_BUFFER = 4 << 10;

  private static final int MOST_BUFFER = 64 << 10;

  private final Storage storage;
  private final WritableFile file;
  private final MessageDigest sha = GitObject.sha1();
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED);
  private final byte[] deflated = new byte[4 << 10];
  private final CRC32 crc = new CRC32();
  private final List<PackIndex.Entry> entries;
  private final int count;
  private ByteBuffer buffer = ByteBuffer.allocate(LEAST_BUFFER);
  private long position;
  private String index = "";
  private ByteBuffer indexBytes = ByteBuffer.allocate(0);
  private @Nullable ByteBuffer whole;
  private String name = "";
  private boolean finished;

  /**
   * Begins a pack.
   *
   * @param count how many objects will follow, exactly
   */
  PackOutput(Storage storage, int count) {
    this.storage = storage;
    this.count = count;
    this.entries = new ArrayList<>(count);
    this.file = storage.createTemporary(".pack");
    write(
        ByteBuffer.allocate(GitPack.HEADER_BYTES)
            .put(new byte[] {'P', 'A', 'C', 'K'})
            .putInt(2)
            .putInt(count)
            .flip());
  }

  /** Adds an object. */
  void add(ObjectId id, GitObject object) {
    begin();
    long start = position;
    write(header(object.type(), object.content().length));
    deflater.reset();
    deflater.setInput(object.content());
    deflater.finish();
    while (!deflater.finished()) {
      int n = deflater.deflate(deflated);
      write(ByteBuffer.wrap(deflated, 0, n));
    }
    entries.add(new PackIndex.Entry(id, start, (int) crc.getValue()));
  }

  /** Begins an entry that is copied, still packed, from another pack by {@link #copy}. */
  void begin() {
    crc.reset();
  }

  /** Copies the next bytes of a packed entry. */
  void copy(ByteBuffer packed) {
    write(packed);
  }

  /**
   * Ends an entry that was copied.
   *
   * @return the CRC-32 of what was copied, to compare with that of the source
   */
  int end(ObjectId id, long length) {
    int value = (int) crc.getValue();
    entries.add(new PackIndex.Entry(id, position - length, value));
    return value;
  }

  private static ByteBuffer header(int type, int size) {
    ByteBuffer header = ByteBuffer.allocate(10);
    int rest = size >>> 4;
    header.put((byte) ((rest == 0 ? 0 : 0x80) | type << 4 | (size & 15)));
    while (rest != 0) {
      header.put((byte) ((rest >>> 7 == 0 ? 0 : 0x80) | (rest & 0x7F)));
      rest >>>= 7;
    }
    return header.flip();
  }

  private void write(ByteBuffer bytes) {
    crc.update(bytes.duplicate());
    sha.update(bytes.duplicate());
    position += bytes.remaining();
    makeRoom(bytes.remaining());
    if (bytes.remaining() > buffer.capacity()) {
      file.write(bytes);
    } else {
      buffer.put(bytes);
    }
  }

  /** Makes the buffer larger, or empties it, if so many bytes more have no room in it. */
  private void makeRoom(int more) {
    int needed = buffer.position() + more;
    if (needed > buffer.capacity() && needed <= MOST_BUFFER) {
      int size = Math.min(MOST_BUFFER, Math.max(2 * buffer.capacity(), needed));
      buffer = ByteBuffer.allocate(size).put(buffer.flip());
    } else if (needed > buffer.capacity()) {
      drain();
    }
  }

  private void drain() {
    file.write(buffer.flip());
    buffer.clear();
  }

  /** Completes the pack and its index, which are durable when the forces have run. */
  @Override
  public void prepare(Forces forces) {
    if (entries.size() != count) {
      throw new IllegalStateException("A pack of " + count + " objects got " + entries.size());
    }
    byte[] checksum = sha.digest();
    makeRoom(checksum.length);
    buffer.put(checksum);
    if (file.length() == 0) {
      whole = ByteBuffer.wrap(Arrays.copyOf(buffer.array(), buffer.position()));
    }
    drain();
    forces.add(file);
    indexBytes = PackIndex.format(entries, checksum);
    index = forces.addTemporary(indexBytes);
    name = "pack-" + HexFormat.of().formatHex(checksum);
  }

  /** Gives both files their names, the index last. */
  @Override
  public void publish(Forces forces) {
    storage.rename(file.name(), GitPack.dataFile(name));
    storage.rename(index, GitPack.indexFile(name));
    forces.addDirectory(GitPack.DIRECTORY);
    finished = true;
  }

  /** Returns the pack, to be read once it is published. */
  GitPack written() {
    return GitPack.of(storage, name, indexBytes, whole);
  }

  /** Drops what was not finished. */
  @Override
  public void close() {
    deflater.end();
    file.close();
    if (!finished) {
      storage.delete(file.name());
      if (!index.isEmpty()) {
        storage.delete(index);
      }
    }
  }
}
