package io.coralml.cli;

import io.coralml.format.TensorFiles;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.TensorSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = "Write the model of a revision as a file, exact to the bit.")
final class ExportVerb extends Verb {
  @Parameters(
      arity = "1..2",
      paramLabel = "[REVISION] OUT",
      hideParamSyntax = true,
      description = {
        "Which model, HEAD when absent; and the file to write,",
        ".safetensors, .npz, .h5 or .onnx, replaced when it exists."
      })
  private List<String> words = new ArrayList<>();

  @Mixin private WritingOptions options = new WritingOptions();

  ExportVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Snapshot snapshot = repository.snapshot(words.size() == 1 ? "HEAD" : words.get(0));
      Path target = Path.of(words.get(words.size() - 1));
      Map<String, TensorSource> tensors = snapshot.sources();
      try (Progress progress = progress("export " + target.getFileName())) {
        TensorFiles.write(
            shell().resolve(target),
            progress.watch(tensors),
            snapshot.modelMetadata(),
            options.writing(shell(), target, null));
      }
      print(
          "Wrote "
              + Texts.count(tensors.size(), "tensor")
              + " of "
              + snapshot.commit().id().abbreviated()
              + " to "
              + Quoted.escape(target.toString()));
    }
    return 0;
  }
}
