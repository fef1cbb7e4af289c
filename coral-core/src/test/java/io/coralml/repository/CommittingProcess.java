package io.coralml.repository;

import io.coralml.history.CommitId;
import io.coralml.tensor.Tensor;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process that commits and prints each commit once it is acknowledged. */
final class CommittingProcess {
  /** What the line of a commit begins with. */
  static final String PREFIX = "acknowledged ";

  private CommittingProcess() {}

  /** Returns the commit a line of the output is about, or nothing if it is about something else. */
  static Stream<CommitId> acknowledged(String line) {
    return line.startsWith(PREFIX) && CommitId.isFull(line.substring(PREFIX.length()))
        ? Stream.of(new CommitId(line.substring(PREFIX.length())))
        : Stream.empty();
  }

  static Tensor tensor(int who, int step) {
    return Tensor.of(new float[] {who, step, 0.125f * who * step});
  }

  /**
   * Commits and says so.
   *
   * @param args folder, number of the process, number of commits
   */
  public static void main(String[] args) {
    int who = Integer.parseInt(args[1]);
    int commits = Integer.parseInt(args[2]);
    try (Repository repository = Repository.open(Path.of(args[0]))) {
      for (int step = 0; step < commits; step++) {
        CommitId id =
            repository
                .transaction("main")
                .put("process." + who, tensor(who, step))
                .commit(who + " at " + step);
        System.out.println(PREFIX + id);
        System.out.flush();
      }
    }
  }
}
