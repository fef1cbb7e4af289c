package io.coralml.cli;

import io.coralml.format.WriteOptions;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the verbs that write a model file. */
final class WritingOptions {
  @Option(
      names = "--into",
      paramLabel = "MODEL",
      description = {
        "The ONNX model whose copy takes the weights;",
        "for convert, IN when it is one."
      })
  private @Nullable Path model;

  @Option(
      names = "--bits",
      description = "Write floats that NumPy does not have (bf16) as unsigned integers.")
  private boolean bits;

  /**
   * Returns how to write a file.
   *
   * @param out the file
   * @param in the file the tensors come from, which serves as the ONNX model when none is given;
   *     null if they come from no file
   */
  WriteOptions writing(Shell shell, Path out, @Nullable Path in) {
    WriteOptions options = WriteOptions.defaults().withFloatBits(bits);
    Path given = model;
    if (given == null && in != null && isOnnx(in) && isOnnx(out)) {
      given = in;
    }
    return given == null ? options : options.into(shell.resolve(given));
  }

  private static boolean isOnnx(Path path) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }
}
