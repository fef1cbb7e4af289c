package io.coralml.cli;

import io.coralml.format.TensorFile;
import io.coralml.format.TensorFiles;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "convert",
    description = "Write the tensors of a model file in another format, exact to the bit.")
final class ConvertVerb extends Verb {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "A safetensors, ONNX, HDF5, npy, npz or PyTorch file.")
  private Path in = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The file to write: .safetensors, .npy, .npz, .h5 or .onnx.")
  private Path out = Path.of("");

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Mixin private WritingOptions options = new WritingOptions();

  ConvertVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (TensorFile file = reading.open(shell(), in)) {
      try (Progress progress = progress("convert " + in.getFileName())) {
        TensorFiles.write(
            shell().resolve(out),
            progress.watch(file.tensors()),
            file.metadata(),
            options.writing(shell(), out, in));
      }
      print(
          "Wrote "
              + Texts.count(file.names().size(), "tensor")
              + " to "
              + Texts.name(out.toString()));
    }
    return 0;
  }
}
