package io.coralml.perf.stress;

import io.coralml.CoralException;
import io.coralml.perf.qa.Squares;
import io.coralml.repository.Repository;
import java.nio.file.Path;

/** Commits one tensor after the other and says of each that it is committed; a program. */
public final class CommitMany {
  static final int DONE = 0;
  static final int REFUSED = 3;

  private CommitMany() {}

  /**
   * Commits, and prints the identity of every commit once it is durable.
   *
   * @param arguments folder of the repository, number of commits, seed
   */
  public static void main(String[] arguments) {
    int commits = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    int code = DONE;
    try (Repository repository = Repository.open(Path.of(arguments[0]))) {
      for (int i = 0; i < commits; i++) {
        String id =
            repository
                .transaction("main")
                .put("t", Squares.random(50, seed + i))
                .commit("commit " + i)
                .toString();
        System.out.println(id);
      }
    } catch (CoralException e) {
      System.out.println("Refused: " + e.getMessage());
      code = REFUSED;
    }
    System.exit(code);
  }
}
