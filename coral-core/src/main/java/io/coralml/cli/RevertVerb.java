package io.coralml.cli;

import io.coralml.repository.MergeOperation;
import io.coralml.repository.Repository;
import picocli.CommandLine.Command;

@Command(
    name = "revert",
    description = {
      "Undo on a branch what one commit changed.",
      "Ends with 1 if there are conflicts."
    })
final class RevertVerb extends CombiningVerb {
  RevertVerb(Shell shell) {
    super(shell);
  }

  @Override
  String label() {
    return "revert";
  }

  @Override
  MergeOperation begin(Repository repository, String revision) {
    return repository.revert(revision);
  }
}
