package io.coralml.perf.integrity;

import io.coralml.perf.qa.Squares;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A branch whose every commit can be checked by anybody: commit n holds a tensor {@code number} of
 * the one element n, and a tensor {@code weight} that follows from n. Also a program that writes or
 * reads such a branch.
 */
public final class Sequence {
  private static final int SIDE = 64;

  private Sequence() {}

  /**
   * Writes or reads.
   *
   * @param arguments {@code write} or {@code read}, the repository's folder, the branch, how often
   */
  public static void main(String[] arguments) {
    int times = Integer.parseInt(arguments[3]);
    try (Repository repository = Repository.open(Path.of(arguments[1]))) {
      for (int i = 1; i <= times; i++) {
        if (arguments[0].equals("write")) {
          commit(repository, arguments[2], i);
          System.out.println("done " + i);
        } else {
          verify(repository, arguments[2]);
        }
      }
    }
  }

  /** Makes commit n of a branch. */
  static void commit(Repository repository, String branch, int number) {
    repository
        .transaction(branch)
        .put("number", Tensor.of(new int[] {number}))
        .put("weight", Squares.random(SIDE, number))
        .commit("commit " + number);
  }

  /**
   * Returns the number of a branch's newest commit.
   *
   * @throws IllegalStateException if it is not what was committed under that number
   */
  static int verify(Repository repository, String branch) {
    Snapshot snapshot = repository.snapshot(branch);
    int number = snapshot.tensor("number").data().getInt();
    if (!snapshot.tensor("weight").equals(Squares.random(SIDE, number))) {
      throw new IllegalStateException("Commit " + number + " of " + branch + " is not whole.");
    }
    return number;
  }

  /** Returns the last number a writer acknowledged in its output; 0 when none. */
  static int acknowledged(Path log) throws IOException {
    if (!Files.exists(log)) {
      return 0;
    }
    String text = Files.readString(log);
    // A line without its end may be cut within the number.
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    return whole
        .lines()
        .filter(line -> line.matches("done \\d+"))
        .mapToInt(line -> Integer.parseInt(line.substring(5)))
        .max()
        .orElse(0);
  }
}
