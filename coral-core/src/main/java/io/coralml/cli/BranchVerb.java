package io.coralml.cli;

import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.repository.Repository;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "branch", description = "List, make or delete branches.")
final class BranchVerb extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The branch to make or delete; all are listed when absent.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REVISION",
      description = "Where the new branch begins; HEAD when absent.")
  private String revision = "HEAD";

  @Option(
      names = {"-d", "--delete"},
      description = "Delete the branch.")
  private boolean delete;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  BranchVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      if (name == null) {
        list(repository);
      } else if (delete) {
        repository.branches().delete(name);
        print("Deleted the branch " + Texts.name(name));
      } else {
        CommitId at = repository.resolve(revision);
        repository.branches().create(name, at);
        print("Made the branch " + Texts.name(name) + " at " + at.abbreviated());
      }
    }
    return 0;
  }

  private void list(Repository repository) {
    Map<String, CommitId> branches = repository.branches().all();
    if (asJson) {
      Json.print(
          shell().out(),
          json -> {
            json.writeStartObject();
            for (Map.Entry<String, CommitId> each : branches.entrySet()) {
              json.writeStringField(each.getKey(), each.getValue().hex());
            }
            json.writeEndObject();
          });
      return;
    }
    Head head = repository.head();
    branches.forEach(
        (branch, id) -> {
          boolean here = head.equals(new Head.Attached(branch));
          String name = Texts.name(branch);
          String shown = here ? paint(Colour.GREEN, name) : name;
          print((here ? "* " : "  ") + shown + " " + id.abbreviated());
        });
  }
}
