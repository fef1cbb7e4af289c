package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.merge.MergeStrategies;
import io.coralml.repository.MergeOperation;
import io.coralml.repository.MergeResult;
import io.coralml.repository.Repository;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What merge, cherry-pick and revert have in common. */
abstract class CombiningVerb extends Verb {
  @Parameters(paramLabel = "REVISION", description = "Which commit.")
  private String revision = "";

  @Option(
      names = "--into",
      paramLabel = "BRANCH",
      description = "The branch to change; the one HEAD follows when absent.")
  private @Nullable String branch;

  @Option(
      names = {"-s", "--strategy"},
      paramLabel = "STRATEGY",
      description = {
        "For tensors that both sides changed: fail, ours, theirs, average, weighted:W,V, slerp:T,",
        "task-arithmetic:L, ties:D,L, dare:P,L,SEED; fail when absent."
      })
  private String strategy = "fail";

  @Option(
      names = "--resolve",
      paramLabel = "TENSOR=STRATEGY",
      description = "For one tensor; may be repeated.")
  private Map<String, String> resolutions = new LinkedHashMap<>();

  @Option(names = "--author", paramLabel = "AUTHOR", description = "As for commit.")
  private @Nullable String author;

  @Option(
      names = {"-m", "--message"},
      paramLabel = "MESSAGE",
      description = "The message of the commit.")
  private @Nullable String message;

  CombiningVerb(Shell shell) {
    super(shell);
  }

  /** Returns what the progress of long work is called. */
  abstract String label();

  abstract MergeOperation begin(Repository repository, String revision);

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      MergeOperation operation = begin(repository, revision).author(shell().author(author));
      operation.using(MergeStrategies.parse(strategy));
      resolutions.forEach((name, text) -> operation.using(name, MergeStrategies.parse(text)));
      if (branch != null) {
        operation.into(branch);
      }
      if (message != null) {
        if (message.isBlank()) {
          throw new InvalidInputException("The message is empty; say why with -m MESSAGE.");
        }
        operation.message(message);
      }
      return report(showing(label(), operation::run));
    }
  }

  private int report(MergeResult result) {
    String at = result.commit().map(id -> " at " + id.abbreviated()).orElse("");
    switch (result.status()) {
      case UP_TO_DATE -> print("Nothing to do: the branch holds it already" + at);
      case FAST_FORWARD -> print("Moved the branch forward" + at);
      case MERGED -> print("Made a commit" + at);
      case CONFLICTS -> {
        result
            .conflicts()
            .forEach(
                each ->
                    print(
                        paint(Colour.RED, "conflict")
                            + "  "
                            + Texts.name(each.name())
                            + ": "
                            + each.message()));
        shell()
            .err()
            .println(
                "coral: "
                    + Texts.count(result.conflicts().size(), "tensor is", "tensors are")
                    + " in conflict and nothing was written; choose a --strategy, or"
                    + " --resolve TENSOR=ours for each.");
        return Coral.NO;
      }
    }
    return 0;
  }
}
