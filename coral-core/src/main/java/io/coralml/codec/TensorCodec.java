package io.coralml.codec;

import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Turns tensors into fewer bytes and back, bit for bit: NaN payloads, signs of zero, every dtype
 * and shape. A tensor is encoded alone or against a base of the same dtype and shape; the result
 * says which base by identity and is otherwise self-contained. What is written is specified in
 * {@link ChunkMode} and its container in the package's format class; equal input gives equal bytes
 * for any number of threads.
 *
 * <p>Chunks are encoded and decoded in parallel, in the calling thread and in its fork-join pool
 * (the common one if it is in none). A codec keeps the work arrays of its encoding threads for the
 * next call: for each up to two or three times the bytes of a chunk, and no more than the largest
 * tensor needed. Thread-safe.
 */
public final class TensorCodec {
  private final Effort effort;
  private final int threads;
  private final Queue<EncoderSpace> spaces;

  private TensorCodec(Effort effort, int threads, Queue<EncoderSpace> spaces) {
    this.spaces = spaces;
    this.effort = effort;
    this.threads = threads;
  }

  /** Returns a codec of that effort that uses the processors there are. */
  public static TensorCodec of(Effort effort) {
    return new TensorCodec(effort, ChunkTasks.defaultThreads(), new ConcurrentLinkedQueue<>());
  }

  /**
   * Returns a codec like this one that uses at most that many threads, the caller's among them.
   *
   * @param maximum at least 1; 1 does everything in the calling thread
   * @throws InvalidInputException if it is less
   */
  public TensorCodec withThreads(int maximum) {
    if (maximum < 1) {
      throw new InvalidInputException("A codec needs at least one thread, not " + maximum + ".");
    }
    return new TensorCodec(effort, maximum, spaces);
  }

  /**
   * Encodes a tensor into memory.
   *
   * @param target may be read by several threads at once
   * @param base a tensor of the same dtype and shape, or null to encode the target alone; likewise
   * @throws InvalidInputException if the base has another dtype or shape, or the result would not
   *     fit in 2 GiB
   */
  public Encoded encode(TensorSource target, @Nullable TensorSource base) {
    MemoryChannel out = new MemoryChannel();
    encode(target, base, out);
    return Encoded.of(out.written());
  }

  /**
   * Encodes a tensor of any size to a channel, from start to end; memory stays bounded by a few
   * chunks per thread.
   *
   * @param target may be read by several threads at once
   * @param base a tensor of the same dtype and shape, or null to encode the target alone; likewise
   * @param out is written to in order, and not closed
   * @throws InvalidInputException if the base has another dtype or shape
   * @throws StorageException if the channel fails
   */
  public EncodedStats encode(
      TensorSource target, @Nullable TensorSource base, WritableByteChannel out) {
    if (base != null) {
      requireSameForm(target, base);
    }
    try {
      return new TensorEncoder(effort, target, base, spaces).encode(threads, out);
    } catch (IOException e) {
      throw new StorageException("An encoded tensor could not be written: " + e.getMessage(), e);
    }
  }

  /**
   * Decodes a whole tensor into memory.
   *
   * @param base the base it was encoded against, recognised by its identity; ignored if it needs
   *     none
   * @throws io.coralml.CorruptDataException if a chunk is damaged; nothing is handed out
   * @throws InvalidInputException if the base is missing or another one, or the tensor does not fit
   *     in 2 GiB
   */
  public static Tensor decode(Encoded encoded, @Nullable TensorSource base) {
    return decode(encoded, base, ChunkTasks.defaultThreads());
  }

  /**
   * Decodes like {@link #decode(Encoded, TensorSource)} on at most that many threads.
   *
   * @param threads at least 1; 1 does everything in the calling thread
   */
  public static Tensor decode(Encoded encoded, @Nullable TensorSource base, int threads) {
    return decode(encoded, base, threads, null);
  }

  /**
   * Decodes like {@link #decode(Encoded, TensorSource, int)}, in arrays that are shared with others
   * and kept from tensor to tensor.
   *
   * @param space where arrays come from and go back to; null to make some
   */
  public static Tensor decode(
      Encoded encoded, @Nullable TensorSource base, int threads, @Nullable DecodingSpace space) {
    EncodedFormat.Header header = encoded.format().header();
    if (header.byteLength() > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "A tensor of "
              + header.byteLength()
              + " bytes does not fit in one buffer; open it and read it in pieces.");
    }
    ByteBuffer raw = ByteBuffer.allocate((int) header.byteLength());
    decode(encoded, base, threads, space, raw);
    return Tensor.of(header.dtype(), header.shape(), raw.flip());
  }

  /**
   * Decodes like {@link #decode(Encoded, TensorSource, int, DecodingSpace)} into memory that is
   * there.
   *
   * @param into receives all bytes, from its position to its limit, and is then full; if anything
   *     is thrown it holds nothing of worth
   * @throws InvalidInputException also if {@code into} has not as many bytes left as the tensor
   */
  public static void decode(
      Encoded encoded,
      @Nullable TensorSource base,
      int threads,
      @Nullable DecodingSpace space,
      ByteBuffer into) {
    ChunkDecoder decoder = new ChunkDecoder(encoded.format(), base, space);
    EncodedFormat.Header header = decoder.header();
    if (into.remaining() != header.byteLength()) {
      throw new InvalidInputException(
          "A tensor of "
              + header.byteLength()
              + " bytes is not decoded into a buffer with "
              + into.remaining()
              + " bytes left; give it one with as many.");
    }
    ByteBuffer raw = into.slice();
    ChunkTasks.inOrder(
        decoder.chunkCount(),
        threads,
        chunk -> {
          int start = (int) header.rawPosition(chunk);
          decoder.decode(chunk, raw.slice(start, header.rawLength(chunk)), ChunkDecoder.UNHEARD);
          return chunk;
        },
        (chunk, done) -> {});
    into.position(into.limit());
  }

  /**
   * Opens an encoded tensor of any size: a read decodes the chunks it touches and no others.
   *
   * @param encoded must stay readable, by several threads at once, while the result is used
   * @param base the base it was encoded against, recognised by its identity; ignored if it needs
   *     none
   * @return a source that any number of threads may read; reads throw {@link
   *     io.coralml.CorruptDataException} if a chunk is damaged
   * @throws io.coralml.CorruptDataException if header or chunk table are damaged
   * @throws InvalidInputException if the base is missing or another one
   */
  public static EncodedTensor open(ByteSource encoded, @Nullable TensorSource base) {
    return new EncodedSource(new ChunkDecoder(EncodedFormat.read(encoded), base, null));
  }

  /**
   * Opens an encoded tensor like {@link #open(ByteSource, TensorSource)}, to be decoded in arrays
   * that it shares with others.
   */
  public static EncodedTensor open(
      ByteSource encoded, @Nullable TensorSource base, DecodingSpace space) {
    return new EncodedSource(new ChunkDecoder(EncodedFormat.read(encoded), base, space));
  }

  static boolean isOfForm(DType dtype, Shape shape, long byteLength, TensorSource base) {
    return base.dtype().equals(dtype)
        && base.shape().equals(shape)
        && base.byteLength() == byteLength;
  }

  private static void requireSameForm(TensorSource target, TensorSource base) {
    if (!isOfForm(target.dtype(), target.shape(), target.byteLength(), base)) {
      throw new InvalidInputException(
          "A base must have the dtype and shape of its target, "
              + target.dtype()
              + " "
              + target.shape()
              + "; this one is "
              + base.dtype()
              + " "
              + base.shape()
              + ". Encode without a base instead.");
    }
  }
}
