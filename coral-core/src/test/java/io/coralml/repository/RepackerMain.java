package io.coralml.repository;

import io.coralml.store.RepackOptions;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.TensorId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The program that {@link RepackKillTest} runs in a process of its own and kills: repacks a
 * repository again and again, every tensor against another one each time. Says where it is.
 */
final class RepackerMain {
  /** Printed when some tensors are encoded or copied, and others are not. */
  static final String WRITING = "writing";

  /** Printed when all are, but nothing is verified yet. */
  static final String WRITTEN = "written";

  /** Printed when the old packs are gone. */
  static final String DONE = "done";

  private RepackerMain() {}

  /**
   * Repacks until it is killed.
   *
   * @param arguments the folder of the repository, whose matrices all have one shape
   */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    out.println(CommitterMain.STARTED);
    try (Repository repository = Repository.open(Path.of(arguments[0]))) {
      for (int round = 0; ; round++) {
        RepackOptions options =
            RepackOptions.defaults()
                .withProgress((done, all) -> out.println(done < all ? WRITING : WRITTEN));
        repository.store().repack(star(repository, round), options);
        out.println(DONE);
      }
    }
  }

  /** Returns a plan in which one matrix, another one each time, is the base of all others. */
  static Map<TensorId, Optional<TensorId>> star(Repository repository, int round) {
    List<TensorId> ids =
        repository.store().tensors().stream()
            .filter(each -> each.shape().rank() == 2)
            .sorted(Comparator.comparing(StoredInfo::id))
            .map(StoredInfo::id)
            .toList();
    // Never the tensor that is the base already, wherever the one before this was killed.
    TensorId now =
        repository.store().tensors().stream()
            .map(StoredInfo::base)
            .filter(each -> each != null)
            .findFirst()
            .orElse(ids.get(round % ids.size()));
    TensorId centre = ids.get((ids.indexOf(now) + 1) % ids.size());
    Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
    ids.forEach(id -> plan.put(id, id.equals(centre) ? Optional.empty() : Optional.of(centre)));
    return plan;
  }
}
