package io.coralml.codec;

import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.function.IntConsumer;

/** An encoded tensor that is decoded as it is read, see {@link TensorCodec#open}. */
public interface EncodedTensor extends TensorSource {
  /**
   * Reads the whole tensor as {@link #read} does, and tells on the way how far it is, so that
   * somebody can work on the beginning while the rest is decoded.
   *
   * @param into receives all bytes
   * @param decoded is given, in the calling thread and ever greater, how many bytes from the first
   *     on are there and stay as they are; perhaps never, and never the last word
   */
  void readAll(ByteBuffer into, IntConsumer decoded);
}
