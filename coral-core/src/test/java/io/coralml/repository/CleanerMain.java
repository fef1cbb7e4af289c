package io.coralml.repository;

import io.coralml.store.RepackOptions;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.StreamSupport;

/**
 * A process that turns the bases of a family of tensors round, abandons others and cleans up, for
 * ever, in a repository made by {@link #prepare}. Prints {@value CommitterMain#STARTED} first and a
 * line before each step.
 */
final class CleanerMain {
  static final int FAMILY = 4;

  private static final String KEPT = "main";
  private static final String PASSING = "passing";
  private static final String NAME = "weight";

  private CleanerMain() {}

  /** Commits a family of tensors, each a delta against another. */
  static void prepare(Repository repository) {
    for (int i = 0; i < FAMILY; i++) {
      repository.transaction(KEPT).put(NAME, member(i)).commit("member " + i);
    }
  }

  /** Returns the members of the family as the repository has them, newest first. */
  static Iterable<Tensor> family(Repository repository) {
    return () ->
        StreamSupport.stream(repository.log(KEPT).spliterator(), false)
            .map(commit -> repository.snapshot(commit.id()).tensor(NAME))
            .iterator();
  }

  static Tensor member(int number) {
    SplittableRandom random = new SplittableRandom(7);
    float[] values = new float[5000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    for (int i = 0; i < 5; i++) {
      values[(number * 97 + i * 701) % values.length] += number + 1;
    }
    return Tensor.of(values);
  }

  private static Map<TensorId, Optional<TensorId>> starOf(int middle) {
    Map<TensorId, Optional<TensorId>> bases = new HashMap<>();
    for (int i = 0; i < FAMILY; i++) {
      Optional<TensorId> base = i == middle ? Optional.empty() : Optional.of(member(middle).id());
      bases.put(member(i).id(), base);
    }
    return bases;
  }

  /**
   * Goes on until it is killed.
   *
   * @param arguments the folder of the repository
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println(CommitterMain.STARTED);
    try (Repository repository = Repository.open(Path.of(arguments[0]))) {
      if (repository.branches().find(PASSING).isPresent()) {
        repository.branches().delete(PASSING);
      }
      for (int round = 0; ; round++) {
        for (int i = 0; i < 2; i++) {
          out.println("commit");
          Tensor passing = member(FAMILY + 2 * round + i);
          repository.transaction(PASSING).put(NAME, passing).commit("to be abandoned");
        }
        repository.branches().delete(PASSING);
        out.println("repack");
        repository.store().repack(starOf(round % FAMILY), RepackOptions.defaults());
        out.println("gc");
        repository.gc(GcOptions.immediate());
      }
    }
  }
}
