package io.coralml.cli;

import io.coralml.repository.MergeOperation;
import io.coralml.repository.Repository;
import picocli.CommandLine.Command;

@Command(
    name = "cherry-pick",
    description = {
      "Apply to a branch what one commit changed.",
      "Ends with 1 if there are conflicts."
    })
final class CherryPickVerb extends CombiningVerb {
  CherryPickVerb(Shell shell) {
    super(shell);
  }

  @Override
  String label() {
    return "cherry-pick";
  }

  @Override
  MergeOperation begin(Repository repository, String revision) {
    return repository.cherryPick(revision);
  }
}
