package io.coralml.cli;

import io.coralml.repository.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "switch", description = "Make HEAD follow another branch.")
final class SwitchVerb extends Verb {
  @Parameters(paramLabel = "BRANCH", description = "The branch.")
  private String branch = "";

  @Option(
      names = {"-c", "--create"},
      description = "Make the branch first, where HEAD stands.")
  private boolean create;

  SwitchVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      if (create) {
        repository.branches().create(branch, repository.resolve("HEAD"));
      }
      repository.switchTo(branch);
      print("HEAD follows " + Texts.name(branch));
    }
    return 0;
  }
}
