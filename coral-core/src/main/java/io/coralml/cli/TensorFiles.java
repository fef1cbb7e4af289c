package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.format.Onnx;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.history.Quoted;
import java.nio.file.Path;
import java.util.Locale;

/** Opens files of tensors by the ending of their names. */
final class TensorFiles {
  private TensorFiles() {}

  static TensorFile open(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors")) {
      return Safetensors.open(path);
    }
    if (name.endsWith(".onnx")) {
      return Onnx.open(path);
    }
    throw new InvalidInputException(
        "The format of "
            + Quoted.name(path.toString())
            + " is told by its ending, which is .safetensors or .onnx; rename it.");
  }
}
