package io.coralml.cli;

import io.coralml.format.TensorFile;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Staging;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add", description = "Stage the tensors of model files for the next commit.")
final class AddVerb extends Verb {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Safetensors, ONNX, HDF5, npy, npz or PyTorch files.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--replace",
      description = "Make the model exactly the first file: remove every tensor it lacks.")
  private boolean replace;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  AddVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Staging.Mode mode = replace ? Staging.Mode.REPLACE : Staging.Mode.UPSERT;
      for (Path path : files) {
        try (TensorFile file = reading.open(shell(), path)) {
          int differing;
          try (Progress progress = progress("add " + path.getFileName())) {
            differing = repository.staging().add(progress.watchStored(file), mode);
          }
          print(report(differing, file.names().size(), Quoted.escape(path.toString())));
        }
        mode = Staging.Mode.UPSERT;
      }
    }
    return 0;
  }

  private static String report(int differing, int all, String path) {
    String tensors = Texts.count(all, "tensor");
    if (differing == all) {
      return "Staged " + tensors + " of " + path;
    }
    return differing == 0
        ? "Staged nothing of " + path + ": HEAD has its " + tensors + " already"
        : "Staged "
            + differing
            + " of the "
            + tensors
            + " of "
            + path
            + "; HEAD has the others already";
  }
}
