package io.coralml.format;

import io.coralml.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How {@link TensorFiles#write} writes.
 *
 * @param floatBits whether floats that NumPy does not have (bfloat16, 8 bits) are written to npy
 *     and npz as the unsigned integers of their bits; otherwise they are refused
 * @param model the ONNX model whose copy takes the weights, when ONNX is written
 * @param shardBytes how many bytes of data a file of a sharded model has at most
 */
public record WriteOptions(boolean floatBits, Optional<Path> model, long shardBytes) {
  private static final long SHARD_BYTES = 5_000_000_000L;

  /** Checks the limit. */
  public WriteOptions {
    if (shardBytes < 1) {
      throw new InvalidInputException(
          "A file of a sharded model holds a byte or more, not " + shardBytes + ".");
    }
  }

  /** Nothing is changed into anything else; shards of 5 GB; no ONNX model. */
  public static WriteOptions defaults() {
    return new WriteOptions(false, Optional.empty(), SHARD_BYTES);
  }

  /** Returns these options with floats that NumPy does not have written as their bits, or not. */
  public WriteOptions withFloatBits(boolean bits) {
    return new WriteOptions(bits, model, shardBytes);
  }

  /** Returns these options with an ONNX model to copy. */
  public WriteOptions into(Path onnx) {
    return new WriteOptions(floatBits, Optional.of(onnx), shardBytes);
  }
}
