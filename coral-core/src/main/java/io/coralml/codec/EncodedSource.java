package io.coralml.codec;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * An encoded tensor that is decoded as it is read: only the chunks a range touches. The last chunk
 * that was read in part is kept while memory allows, so that reading on in small steps decodes it
 * once. Who reads up to the end leaves nothing behind: the tensors of a model may be held all
 * together and read one after the other. Thread-safe.
 */
final class EncodedSource implements EncodedTensor {
  private static final class Decoded {
    final int chunk;
    final byte[] raw;

    Decoded(int chunk, byte[] raw) {
      this.chunk = chunk;
      this.raw = raw;
    }
  }

  private final ChunkDecoder decoder;
  private final EncodedFormat.Header header;
  private volatile SoftReference<Decoded> last = new SoftReference<>(null);

  EncodedSource(ChunkDecoder decoder) {
    this.decoder = decoder;
    this.header = decoder.header();
  }

  @Override
  public DType dtype() {
    return header.dtype();
  }

  @Override
  public Shape shape() {
    return header.shape();
  }

  @Override
  public long byteLength() {
    return header.byteLength();
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, (long) into.remaining(), header.byteLength());
    if (!into.hasRemaining()) {
      return;
    }
    int first = (int) (position / header.chunkBytes());
    int end = (int) ((position + into.remaining() - 1) / header.chunkBytes()) + 1;
    int start = into.position();
    int length = into.remaining();
    ChunkTasks.inOrder(
        end - first,
        ChunkTasks.defaultThreads(),
        index -> readChunk(first + index, position, into.slice(start, length)),
        (index, done) -> {});
    into.position(start + length);
    if (position + length == header.byteLength()) {
      last.clear();
      decoder.release();
    }
  }

  @Override
  public void readAll(ByteBuffer into, IntConsumer decoded) {
    if (into.remaining() != header.byteLength()) {
      throw new IndexOutOfBoundsException(
          "A tensor of " + header.byteLength() + " bytes is not " + into.remaining() + " bytes.");
    }
    if (decoder.chunkCount() == 1) {
      decoder.decode(0, into, decoded);
      decoder.release();
    } else {
      read(0, into);
    }
  }

  /** Puts what of a chunk lies inside the range where it belongs. */
  private Integer readChunk(int chunk, long position, ByteBuffer range) {
    long chunkStart = header.rawPosition(chunk);
    int chunkLength = header.rawLength(chunk);
    int from = (int) Math.max(0, position - chunkStart);
    int to = (int) Math.min(chunkLength, position + range.capacity() - chunkStart);
    ByteBuffer part = range.slice((int) (chunkStart + from - position), to - from);
    Decoded kept = last.get();
    if (kept != null && kept.chunk == chunk) {
      part.put(kept.raw, from, to - from);
    } else if (to - from == chunkLength) {
      decoder.decode(chunk, part, ChunkDecoder.UNHEARD);
    } else {
      Decoded fresh = new Decoded(chunk, new byte[chunkLength]);
      decoder.decode(chunk, ByteBuffer.wrap(fresh.raw), ChunkDecoder.UNHEARD);
      last = new SoftReference<>(fresh);
      part.put(fresh.raw, from, to - from);
    }
    return chunk;
  }
}
