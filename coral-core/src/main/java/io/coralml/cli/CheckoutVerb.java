package io.coralml.cli;

import io.coralml.history.CommitId;
import io.coralml.history.RefNames;
import io.coralml.repository.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "checkout",
    description = "Make HEAD follow a branch, or stand for one commit and follow none.")
final class CheckoutVerb extends Verb {
  @Parameters(paramLabel = "REVISION", description = "A branch, or any other revision.")
  private String revision = "";

  CheckoutVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      if (RefNames.isValid(revision) && repository.branches().find(revision).isPresent()) {
        repository.switchTo(revision);
        print("HEAD follows " + Texts.name(revision));
      } else {
        CommitId commit = repository.resolve(revision);
        repository.checkout(commit);
        print("HEAD is detached at " + commit.abbreviated());
      }
    }
    return 0;
  }
}
