package io.coralml.cli;

import io.coralml.format.TensorFile;
import io.coralml.format.TensorFiles;
import io.coralml.format.WriteOptions;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--into",
      paramLabel = "MODEL",
      description = "The ONNX model whose copy takes the weights; IN when it is one.")
  private @Nullable Path model;

  @Option(
      names = "--bits",
      description = "Write floats that NumPy does not have (bf16) as unsigned integers.")
  private boolean bits;

  ConvertVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (TensorFile file = TensorFiles.open(shell().resolve(in))) {
      try (Progress progress = progress("convert " + in.getFileName())) {
        TensorFiles.write(
            shell().resolve(out), progress.watch(file.tensors()), file.metadata(), options());
      }
      print("Wrote " + file.names().size() + " tensors to " + Texts.name(out.toString()));
    }
    return 0;
  }

  private WriteOptions options() {
    WriteOptions options = WriteOptions.defaults().withFloatBits(bits);
    boolean fromModel = in.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    if (model == null && !fromModel) {
      return options;
    }
    return options.into(shell().resolve(model == null ? in : model));
  }
}
