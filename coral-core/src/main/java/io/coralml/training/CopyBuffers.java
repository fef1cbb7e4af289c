package io.coralml.training;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Memory for copies of checkpoints that wait to be written: chunks of 256 KiB, never more of them
 * than a limit allows, used again and again. Chunks and not arrays of the tensors' sizes, so that
 * any mixture of tensors fits, and small enough to be no humongous objects for the collector.
 * Thread-safe.
 */
final class CopyBuffers {
  static final int CHUNK_BYTES = 256 << 10;

  private final long limit;

  // Guarded by this.
  private final ArrayDeque<byte[]> free = new ArrayDeque<>();
  private long inUse;

  /**
   * @param limitBytes how much all copies together may take
   */
  CopyBuffers(long limitBytes) {
    this.limit = limitBytes / CHUNK_BYTES;
  }

  /** Memory that was set aside for one checkpoint. Closing it gives the memory back. */
  final class Reserved implements AutoCloseable {
    private final byte[][] chunks;
    private long used;
    private volatile boolean closed;

    private Reserved(int count) {
      this.chunks = new byte[count][];
      for (int i = 0; i < count; i++) {
        byte[] old = free.poll();
        chunks[i] = old == null ? new byte[CHUNK_BYTES] : old;
      }
    }

    /** Copies tensors; the copies can be read until the memory is given back. */
    Map<String, TensorSource> copy(Map<String, ? extends TensorSource> tensors) {
      Map<String, TensorSource> copies = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> copies.put(name, copy(tensor)));
      return copies;
    }

    private TensorSource copy(TensorSource tensor) {
      long start = used;
      long length = tensor.byteLength();
      for (long done = 0; done < length; ) {
        ByteBuffer piece = piece(used, length - done);
        int count = piece.remaining();
        tensor.read(done, piece);
        done += count;
        used += count;
      }
      return new Copy(this, start, tensor.dtype(), tensor.shape(), length);
    }

    /** Returns what of a chunk lies behind a position, at most so many bytes. */
    private ByteBuffer piece(long position, long most) {
      int within = (int) (position % CHUNK_BYTES);
      byte[] chunk = chunks[(int) (position / CHUNK_BYTES)];
      return ByteBuffer.wrap(chunk, within, (int) Math.min(CHUNK_BYTES - within, most));
    }

    @Override
    public void close() {
      synchronized (CopyBuffers.this) {
        if (!closed) {
          closed = true;
          free.addAll(List.of(chunks));
          inUse -= chunks.length;
        }
      }
    }
  }

  /** A tensor in reserved memory. */
  private record Copy(Reserved memory, long start, DType dtype, Shape shape, long byteLength)
      implements TensorSource {
    @Override
    public void read(long position, ByteBuffer into) {
      Objects.checkFromIndexSize(position, into.remaining(), byteLength);
      long at = start + position;
      while (into.hasRemaining()) {
        ByteBuffer piece = memory.piece(at, into.remaining());
        at += piece.remaining();
        into.put(piece);
      }
      if (memory.closed) {
        throw new IllegalStateException(
            "A copy of a checkpoint was read after its memory was given back; this is a defect.");
      }
    }
  }

  /** Returns what tensors take. */
  static long bytes(Map<String, ? extends TensorSource> tensors) {
    return tensors.values().stream().mapToLong(TensorSource::byteLength).sum();
  }

  /**
   * Sets memory aside.
   *
   * @return the memory, or null if there is none now
   * @throws InvalidInputException if there will never be so much
   */
  synchronized @Nullable Reserved reserve(long bytes) {
    long count = (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    if (count > limit || count > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "A checkpoint of "
              + bytes
              + " bytes does not fit the "
              + limit * CHUNK_BYTES
              + " bytes of memory there are for copies; allow more with memory().");
    }
    if (inUse + count > limit) {
      return null;
    }
    // Only what was really had counts: a heap without room for it must not look used for ever.
    Reserved reserved = new Reserved((int) count);
    inUse += count;
    return reserved;
  }
}
