package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.repository.Repository;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Stage the removal of tensors, or empty the staging area.")
final class RmVerb extends Verb {
  @Parameters(arity = "0..*", paramLabel = "TENSOR", description = "Names of tensors.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--staged",
      description = "With --all: forget everything that is staged, even if it is damaged.")
  private boolean staged;

  @Option(names = "--all", description = "See --staged.")
  private boolean all;

  RmVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    if (staged != all || staged != names.isEmpty()) {
      throw new InvalidInputException(
          "Name the tensors to remove, or say --staged --all to empty the staging area.");
    }
    try (Repository repository = shell().repository()) {
      if (staged) {
        repository.staging().clear();
        print("Nothing is staged any more.");
      } else {
        repository.staging().remove(names);
        print("Staged the removal of " + Texts.count(names.size(), "tensor") + ".");
      }
    }
    return 0;
  }
}
