package io.coralml.cli;

import io.coralml.history.CommitId;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Transaction;
import java.nio.file.Path;
import java.util.Optional;
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

  @Option(
      names = "--allow-empty",
      description = "Make a commit even if HEAD has all of the file already.")
  private boolean allowEmpty;

  @Mixin private ReadingOptions reading = new ReadingOptions();

  @Option(names = "--author", paramLabel = "AUTHOR", description = "As for commit.")
  private @Nullable String author;

  ImportVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Optional<CommitId> made = commit(repository);
      print(
          made.map(id -> "Made the commit " + paint(Colour.YELLOW, id.abbreviated()))
              .orElse(
                  "Made no commit: HEAD has all of "
                      + Quoted.escape(file.toString())
                      + " already; --allow-empty makes one all the same"));
      return made.isPresent() ? 0 : Coral.NO;
    }
  }

  private Optional<CommitId> commit(Repository repository) {
    String name = String.valueOf(file.getFileName());
    try (Transaction transaction = repository.transaction();
        Progress progress = progress("import " + name)) {
      transaction
          .author(shell().author(author))
          .putAll(progress.watchStored(reading.open(shell(), file)));
      if (replace) {
        transaction.replaceAll();
      }
      String why = message == null ? "Import " + name : message;
      return allowEmpty ? Optional.of(transaction.commit(why)) : transaction.commitIfChanged(why);
    }
  }
}
