package io.coralml.cli;

import io.coralml.format.Safetensors;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.TensorSource;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Write the model of a revision as a safetensors file, exact to the bit.")
final class ExportVerb extends Verb {
  @Parameters(index = "0", paramLabel = "REVISION", description = "Which model.")
  private String revision = "HEAD";

  @Parameters(index = "1", paramLabel = "OUT", description = "The file; replaced when it exists.")
  private Path target = Path.of("");

  ExportVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Snapshot snapshot = repository.snapshot(revision);
      Map<String, TensorSource> tensors = snapshot.sources();
      Safetensors.write(shell().resolve(target), tensors, snapshot.modelMetadata());
      print(
          "Wrote "
              + tensors.size()
              + " tensors of "
              + snapshot.commit().id().abbreviated()
              + " to "
              + Quoted.escape(target.toString()));
    }
    return 0;
  }
}
