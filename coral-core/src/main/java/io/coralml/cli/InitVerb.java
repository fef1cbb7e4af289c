package io.coralml.cli;

import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "init", description = "Make an empty repository.")
final class InitVerb extends Verb {
  @Parameters(
      arity = "0..1",
      paramLabel = "FOLDER",
      description = "Where; the current folder when absent.")
  private @Nullable Path folder;

  InitVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    Path where = folder == null ? shell().directory() : shell().resolve(folder);
    Repository.init(where).close();
    Path made = where.toAbsolutePath().normalize().resolve(Repository.DIRECTORY);
    print("Made an empty repository in " + Quoted.escape(made.toString()));
    return 0;
  }
}
