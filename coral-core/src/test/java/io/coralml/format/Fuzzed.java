package io.coralml.format;

import io.coralml.CoralException;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What every fuzz target of a format does with the bytes it is given. {@code mvn test} replays the
 * seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
final class Fuzzed {
  private static final int PIECE_BYTES = 1 << 16;

  private Fuzzed() {}

  /**
   * Opens a file of these bytes and reads it to the end of every tensor, or sees it refused; any
   * other exception is the fuzzer's.
   */
  static void read(byte[] input, String suffix, Function<Path, TensorFile> opening) {
    try {
      Path path = Files.createTempFile("fuzzed", suffix);
      try {
        Files.write(path, input);
        try (TensorFile file = opening.apply(path)) {
          file.tensors().values().forEach(Fuzzed::readToTheEnd);
        } catch (CoralException refused) {
          if (refused.getMessage().indexOf('\n') >= 0) {
            throw new AssertionError("not one sentence: " + refused.getMessage(), refused);
          }
        }
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void readToTheEnd(TensorSource tensor) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    for (long at = 0; at < tensor.byteLength(); at += PIECE_BYTES) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, tensor.byteLength() - at));
      tensor.read(at, piece);
    }
  }
}
