package io.coralml.cli;

import io.coralml.format.TensorFiles;
import io.coralml.history.CommitId;
import io.coralml.repository.Repository;
import io.coralml.repository.Transaction;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  @Option(names = "--author", paramLabel = "AUTHOR", description = "As for commit.")
  private @Nullable String author;

  ImportVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository();
        Transaction transaction = repository.transaction()) {
      transaction.author(shell().author(author)).putAll(TensorFiles.open(shell().resolve(file)));
      if (replace) {
        transaction.replaceAll();
      }
      CommitId id = transaction.commit(message == null ? "Import " + file.getFileName() : message);
      print("Made the commit " + id.abbreviated());
    }
    return 0;
  }
}
