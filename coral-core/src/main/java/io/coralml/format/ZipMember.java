package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * One member of a zip archive. The first read checks the whole member against its CRC, whichever
 * part is asked for. Stored bytes are then read where they lie; deflated ones are inflated into
 * memory at that first read and kept while memory allows. Thread-safe.
 */
final class ZipMember implements ByteSource {
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
    byte[] whole = inflated.get();
    if (whole == null) {
      whole = inflate();
      inflated = new SoftReference<>(whole);
    }
    into.put(whole, (int) position, into.remaining());
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

  private byte[] inflate() {
    if (size > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          name + " is compressed and has " + size + " bytes; save it uncompressed.");
    }
    byte[] out = new byte[(int) size];
    try (Inflating in = new Inflating()) {
      if (in.fill(out) < out.length) {
        throw broken("holds fewer than the " + size + " bytes it claims");
      }
      if (in.fill(new byte[1]) > 0) {
        throw broken("holds more than the " + size + " bytes it claims");
      }
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
          if (inflater.needsInput()) {
            int length = (int) Math.min(in.length, packed - read);
            if (length == 0) {
              break;
            }
            archive.read(start + read, ByteBuffer.wrap(in, 0, length));
            read += length;
            inflater.setInput(in, 0, length);
          }
          done += inflater.inflate(out, done, out.length - done);
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
