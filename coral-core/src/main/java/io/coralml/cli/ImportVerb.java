package io.coralml.cli;

import io.coralml.history.CommitId;
import io.coralml.repository.Repository;
import io.coralml.repository.Transaction;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "import", description = "Commit a model file at once, without staging.")
final class ImportVerb extends Verb {
  @Parameters(
      paramLabel = "FILE",
      description = "A safetensors, ONNX, HDF5, npy, npz or PyTorch file.")
  private Path file = Path.of("");

  @Option(
      names = {"-m", "--message"},
      paramLabel = "MESSAGE",
      description = "Why; 'Import FILE' when absent.")
  private @Nullable String message;

  @Option(names = "--replace", description = "Make the model exactly this file.")
  private boolean replace;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Option(names = "--author", paramLabel = "AUTHOR", description = "As for commit.")
  private @Nullable String author;

  ImportVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      CommitId id = commit(repository);
      print("Made the commit " + paint(Colour.YELLOW, id.abbreviated()));
    }
    return 0;
  }

  private CommitId commit(Repository repository) {
    String name = String.valueOf(file.getFileName());
    try (Transaction transaction = repository.transaction();
        Progress progress = progress("import " + name)) {
      transaction
          .author(shell().author(author))
          .putAll(progress.watchStored(reading.open(shell(), file)));
      if (replace) {
        transaction.replaceAll();
      }
      return transaction.commit(message == null ? "Import " + name : message);
    }
  }
}
