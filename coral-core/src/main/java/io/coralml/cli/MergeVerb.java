package io.coralml.cli;

import io.coralml.repository.MergeOperation;
import io.coralml.repository.Repository;
import picocli.CommandLine.Command;

@Command(
    name = "merge",
    description = {"Merge a revision into a branch.", "Ends with 1 if there are conflicts."})
final class MergeVerb extends CombiningVerb {
  MergeVerb(Shell shell) {
    super(shell);
  }

  @Override
  String label() {
    return "merge";
  }

  @Override
  MergeOperation begin(Repository repository, String revision) {
    return repository.merge(revision);
  }
}
