package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * One member of a zip archive. The first read checks the whole member against its CRC, whichever
 * part is asked for. Stored bytes are then read where they lie; deflated ones are inflated at that
 * first read: up to {@value #IN_MEMORY} bytes into memory, kept while memory allows; more into a
 * temporary file, kept until the member is closed. Thread-safe.
 */
final class ZipMember implements ByteSource, AutoCloseable {
  /** Deflated members up to this size are inflated into memory. */
  static final int IN_MEMORY = 8 << 20;

  private static final int IN_BYTES = 64 << 10;

  private final String name;
  private final ByteSource archive;
  private final long start;
  private final long packed;
  private final long size;
  private final boolean deflated;
  private final long crc;

  // A race inflates the same bytes twice, which is harmless.
  private volatile SoftReference<byte[]> inflated = new SoftReference<>(null);

  private volatile boolean checked;

  // Written under the lock of this.
  private volatile @Nullable UnpackedFile unpacked;
  private volatile boolean closed;

  ZipMember(
      String name,
      ByteSource archive,
      long start,
      long packed,
      long size,
      boolean deflated,
      long crc) {
    this.name = name;
    this.archive = archive;
    this.start = start;
    this.packed = packed;
    this.size = size;
    this.deflated = deflated;
    this.crc = crc;
  }

  @Override
  public long length() {
    return size;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, into.remaining(), size);
    if (!deflated) {
      checkOnce();
      archive.read(start + position, into);
      return;
    }
    if (size > IN_MEMORY) {
      unpacked().read(position, into);
      return;
    }
    byte[] whole = inflated.get();
    if (whole == null) {
      whole = inflate();
      inflated = new SoftReference<>(whole);
    }
    into.put(whole, (int) position, into.remaining());
  }

  /** Whoever comes meanwhile waits, as for the check. */
  private UnpackedFile unpacked() {
    UnpackedFile there = unpacked;
    if (there == null || closed) {
      synchronized (this) {
        if (closed) {
          throw new StorageException(name + " has been closed; open it again to read from it.");
        }
        there = unpacked;
        if (there == null) {
          there = unpack();
          unpacked = there;
        }
      }
    }
    return there;
  }

  private UnpackedFile unpack() {
    UnpackedFile file = UnpackedFile.create(name);
    try (Inflating in = new Inflating()) {
      CRC32 check = new CRC32();
      byte[] piece = new byte[IN_BYTES];
      long left = size;
      for (int count = in.fill(piece); count > 0; count = in.fill(piece)) {
        left -= count;
        requireNoMore(left < 0);
        check.update(piece, 0, count);
        file.append(piece, count);
      }
      requireNoFewer(left > 0);
      requireMatch(check);
      return file;
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /** Gives back the temporary file, if there is one. */
  @Override
  public synchronized void close() {
    closed = true;
    if (unpacked != null) {
      unpacked.close();
    }
  }

  /**
   * Returns the first bytes, at most that many, without reading the rest. Not checked against the
   * CRC, which covers the whole.
   */
  ByteBuffer head(int most) {
    byte[] out = new byte[(int) Math.min(most, size)];
    if (deflated) {
      try (Inflating in = new Inflating()) {
        int done = in.fill(out);
        return ByteBuffer.wrap(out, 0, done).slice();
      }
    }
    archive.read(start, ByteBuffer.wrap(out));
    return ByteBuffer.wrap(out);
  }

  /** Whoever comes meanwhile waits: the parts of a tensor are read side by side. */
  private void checkOnce() {
    if (!checked) {
      synchronized (this) {
        if (!checked) {
          check();
          checked = true;
        }
      }
    }
  }

  private void check() {
    CRC32 check = new CRC32();
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(IN_BYTES, size));
    for (long at = 0; at < size; at += piece.limit()) {
      piece.clear().limit((int) Math.min(piece.capacity(), size - at));
      archive.read(start + at, piece);
      check.update(piece.flip());
    }
    requireMatch(check);
  }

  private void requireMatch(CRC32 check) {
    if (check.getValue() != crc) {
      throw broken("does not match its checksum");
    }
  }

  private void requireNoFewer(boolean fewer) {
    if (fewer) {
      throw broken("holds fewer than the " + size + " bytes it claims");
    }
  }

  private void requireNoMore(boolean more) {
    if (more) {
      throw broken("holds more than the " + size + " bytes it claims");
    }
  }

  private byte[] inflate() {
    byte[] out = new byte[(int) size];
    try (Inflating in = new Inflating()) {
      requireNoFewer(in.fill(out) < out.length);
      requireNoMore(in.fill(new byte[1]) > 0);
    }
    CRC32 check = new CRC32();
    check.update(out);
    requireMatch(check);
    return out;
  }

  /** Inflates from the start of the member on. */
  private final class Inflating implements AutoCloseable {
    private final Inflater inflater = new Inflater(true);
    private final byte[] in = new byte[IN_BYTES];
    private long read;

    /** Fills an array as far as there are bytes, and returns how far. */
    int fill(byte[] out) {
      int done = 0;
      try {
        while (done < out.length && !inflater.finished()) {
          if (inflater.needsInput() && read < packed) {
            int length = (int) Math.min(in.length, packed - read);
            archive.read(start + read, ByteBuffer.wrap(in, 0, length));
            read += length;
            inflater.setInput(in, 0, length);
          }
          int count = inflater.inflate(out, done, out.length - done);
          if (count == 0 && read == packed) {
            break; // all input is taken, and so is what it stood for
          }
          done += count;
        }
      } catch (DataFormatException e) {
        throw new CorruptDataException(name + " is damaged; get the file again.", e);
      }
      return done;
    }

    @Override
    public void close() {
      inflater.end();
    }
  }

  private CorruptDataException broken(String how) {
    return new CorruptDataException(name + " " + how + "; get the file again.");
  }
}
