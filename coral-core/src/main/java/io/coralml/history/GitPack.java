package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.io.ByteSource;
import io.coralml.io.ReadableFile;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jgit.internal.storage.pack.BinaryDelta;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * One git pack and its index, read lazily. Packs written here hold whole objects; deltas, as stock
 * git writes them when it repacks, are read too. Thread-safe.
 */
final class GitPack implements AutoCloseable {
  static final String DIRECTORY = "objects/pack";
  static final int HEADER_BYTES = 12;

  /** Deflate cannot expand more than this; so a claimed size beyond it is damage. */
  private static final long MAX_EXPANSION = 1032;

  private static final int MAX_DELTA_DEPTH = 4096;

  /** No object written here comes near; a copy instruction of a delta could claim any size. */
  private static final int MAX_DELTA_RESULT = 64 << 20;

  private static final String DATA_SUFFIX = ".pack";
  private static final String INDEX_SUFFIX = ".idx";
  private static final int KEEP_IN_MEMORY = 256 << 10;
  private static final int FIRST_READ = 4 << 10;

  private final Storage storage;
  private final String name;
  private @Nullable PackIndex index;
  private volatile @Nullable ByteSource data;

  /** Of the file, which never changes; 0 as long as it is not known. */
  private volatile long length;

  private volatile boolean retired;

  /**
   * @param name the file name without its ending, for instance {@code pack-0f3a}
   */
  GitPack(Storage storage, String name) {
    this.storage = storage;
    this.name = name;
  }

  /**
   * Returns a pack that was just written.
   *
   * @param data all of its bytes, or null if they are too many to be kept
   */
  static GitPack of(Storage storage, String name, ByteBuffer index, @Nullable ByteBuffer data) {
    GitPack pack = new GitPack(storage, name);
    pack.index = PackIndex.parse(index, indexFile(name));
    pack.data = data == null ? null : ByteSource.of(data);
    return pack;
  }

  String name() {
    return name;
  }

  static String dataFile(String name) {
    return DIRECTORY + "/" + name + DATA_SUFFIX;
  }

  static String indexFile(String name) {
    return DIRECTORY + "/" + name + INDEX_SUFFIX;
  }

  /**
   * Returns the name of the pack a simple file name is the index of, or an empty string if it is
   * none.
   */
  static String nameOfIndex(String file) {
    boolean index = file.startsWith("pack-") && file.endsWith(INDEX_SUFFIX);
    return index ? file.substring(0, file.length() - INDEX_SUFFIX.length()) : "";
  }

  /**
   * Returns the simple name of the index that belongs to a data file, or the other way round; an
   * empty string for any other file.
   */
  static String otherHalf(String file) {
    if (file.startsWith("pack-") && file.endsWith(DATA_SUFFIX)) {
      return file.substring(0, file.length() - DATA_SUFFIX.length()) + INDEX_SUFFIX;
    }
    String name = nameOfIndex(file);
    return name.isEmpty() ? "" : name + DATA_SUFFIX;
  }

  /** Returns the pack's size in bytes. */
  long length() {
    if (length == 0) {
      ByteSource known = data;
      length = known != null ? known.length() : storage.size(dataFile(name));
    }
    return length;
  }

  synchronized PackIndex index() {
    PackIndex known = index;
    if (known == null) {
      String file = indexFile(name);
      known = PackIndex.parse(storage.readAll(file, Integer.MAX_VALUE - 8), file);
      index = known;
    }
    return known;
  }

  synchronized ByteSource data() {
    ByteSource known = data;
    if (known == null) {
      ReadableFile file = storage.open(dataFile(name));
      known = file;
      if (file.length() <= KEEP_IN_MEMORY) {
        try (file) {
          ByteBuffer all = ByteBuffer.allocate((int) file.length());
          file.read(0, all);
          known = ByteSource.of(all.flip());
        }
      }
      data = known;
    }
    return known;
  }

  /** Returns whether the pack was closed because it is no longer part of the repository. */
  boolean isRetired() {
    return retired;
  }

  /** Returns an object, verified, or nothing if it is not in this pack. */
  Optional<GitObject> find(ObjectId id, ObjectSource bases) {
    int position = index().find(id);
    return position < 0
        ? Optional.empty()
        : Optional.of(readAt(index().offset(position), bases, 0).requireIs(id));
  }

  /**
   * Checks the index's checksum and, if asked to, every object of the pack against its name.
   *
   * @throws CorruptDataException if anything is wrong
   */
  void check(ObjectSource bases, boolean everything) {
    index().verify(indexFile(name));
    for (int i = 0; everything && i < index().count(); i++) {
      readAt(index().offset(i), bases, 0).requireIs(index().id(i));
    }
  }

  /** Returns whether the index is damaged: stock git can make it anew from the pack. */
  boolean isIndexDamaged() {
    try {
      index().verify(indexFile(name));
      return false;
    } catch (CorruptDataException e) {
      return true;
    }
  }

  /** Reads the entry that begins at an offset; {@code bases} answers for deltas by name. */
  GitObject readAt(long offset, ObjectSource bases, int depth) {
    if (depth > MAX_DELTA_DEPTH) {
      throw damaged("has a chain of deltas without an end");
    }
    EntryHeader header = header(offset);
    long body = offset + header.length();
    return switch (header.type()) {
      case Constants.OBJ_COMMIT, Constants.OBJ_TREE, Constants.OBJ_BLOB, Constants.OBJ_TAG ->
          new GitObject(header.type(), inflate(body, header.size()));
      case Constants.OBJ_OFS_DELTA -> {
        ByteBuffer at = bytes(body, 10);
        long distance = offsetDistance(at);
        if (distance <= 0 || distance > offset - HEADER_BYTES) {
          throw damaged("has a delta whose base lies outside");
        }
        GitObject base = readAt(offset - distance, bases, depth + 1);
        yield applied(base, inflate(body + at.position(), header.size()));
      }
      case Constants.OBJ_REF_DELTA -> {
        byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
        requireBytes(bytes(body, raw.length), raw.length).get(raw);
        GitObject base = bases.read(ObjectId.fromRaw(raw), GitObject.ANY);
        yield applied(base, inflate(body + raw.length, header.size()));
      }
      default -> throw damaged("has an entry of an unknown kind");
    };
  }

  /**
   * How a packed entry begins.
   *
   * @param type one of JGit's {@code Constants.OBJ_*}
   * @param size bytes of the inflated entry
   * @param length bytes of the header itself
   */
  record EntryHeader(int type, long size, int length) {}

  private EntryHeader header(long offset) {
    if (offset < HEADER_BYTES || offset >= length() - Constants.OBJECT_ID_LENGTH) {
      throw damaged("has an entry outside its own bytes");
    }
    ByteBuffer at = bytes(offset, 10);
    int b = at.get();
    int type = (b >> 4) & 7;
    long size = b & 15;
    for (int shift = 4; (b & 0x80) != 0; shift += 7) {
      if (!at.hasRemaining() || shift > 53) {
        throw damaged("has an entry whose size makes no sense");
      }
      b = at.get();
      size |= (long) (b & 0x7F) << shift;
    }
    if (size > MAX_EXPANSION * (length() - offset) || size > Integer.MAX_VALUE - 8) {
      throw damaged("has an entry whose size makes no sense");
    }
    return new EntryHeader(type, size, at.position());
  }

  private long offsetDistance(ByteBuffer at) {
    int b = at.get();
    long distance = b & 0x7F;
    while ((b & 0x80) != 0) {
      if (!at.hasRemaining()) {
        throw damaged("has a delta whose base lies outside");
      }
      b = at.get();
      distance = ((distance + 1) << 7) | (b & 0x7F);
    }
    return distance;
  }

  private GitObject applied(GitObject base, byte[] delta) {
    try {
      if (BinaryDelta.getResultSize(delta) > MAX_DELTA_RESULT) {
        throw damaged("has a delta whose result is too large to make sense");
      }
      return new GitObject(base.type(), BinaryDelta.apply(base.content(), delta));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new CorruptDataException(
          "'" + dataFile(name) + "' has a delta that does not fit its base; run 'coral fsck'.", e);
    }
  }

  private byte[] inflate(long from, long size) {
    byte[] content = new byte[(int) size];
    Inflater inflater = new Inflater();
    try {
      long position = from;
      int chunk = FIRST_READ;
      int filled = 0;
      while (!inflater.finished()) {
        if (inflater.needsInput()) {
          ByteBuffer input = bytes(position, chunk);
          if (!input.hasRemaining()) {
            throw damaged("ends inside an entry");
          }
          position += input.remaining();
          chunk = 1 << 16;
          inflater.setInput(input);
        }
        boolean full = filled == content.length;
        int n =
            full
                ? inflater.inflate(new byte[1])
                : inflater.inflate(content, filled, content.length - filled);
        filled += n;
        if (filled > content.length || (n == 0 && !inflater.finished() && !inflater.needsInput())) {
          throw damaged("has an entry of another size than it says");
        }
      }
      if (filled != content.length) {
        throw damaged("has an entry of another size than it says");
      }
      return content;
    } catch (DataFormatException e) {
      throw new CorruptDataException(
          "'" + dataFile(name) + "' has an entry that does not inflate; run 'coral fsck'.", e);
    } finally {
      inflater.end();
    }
  }

  /** Returns up to {@code count} bytes from an offset, fewer at the end of the pack. */
  ByteBuffer bytes(long offset, int count) {
    ByteSource source = data();
    long available = Math.max(0, source.length() - offset);
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, available));
    source.read(offset, buffer);
    return buffer.flip();
  }

  private ByteBuffer requireBytes(ByteBuffer buffer, int count) {
    if (buffer.remaining() < count) {
      throw damaged("ends inside an entry");
    }
    return buffer;
  }

  private CorruptDataException damaged(String how) {
    return new CorruptDataException("'" + dataFile(name) + "' " + how + "; run 'coral fsck'.");
  }

  /** Closes the file. A reader in its middle gets an exception and finds {@link #isRetired}. */
  @Override
  public synchronized void close() {
    retired = true;
    if (data instanceof ReadableFile file) {
      file.close();
    }
  }
}
