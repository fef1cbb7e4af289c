package io.coralml.perf.qa;

import io.coralml.history.CommitId;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.Bits;
import io.coralml.perf.ModelStore;
import io.coralml.perf.ScratchRepository;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.GcOptions;
import io.coralml.repository.GcReport;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Category 10: whether a clean-up returns the space of the unreachable half, and only that. */
@Tag("qa")
@Tag("qa-10")
@DisplayName("QA 10, garbage collection")
class GarbageCollectionBenchmark {
  private static final List<Integer> COUNTS = List.of(100, 316, 1000, 3162, 10_000);
  private static final int SIDE = 50;
  private static final double RETURNED_PERCENT = 95;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Clean up a repository half of which nothing reaches")
  void halfUnreachable(Metrics metrics, ProfileSettings settings) throws Exception {
    PassLines lines = new PassLines(metrics, settings);
    for (int count : Sizes.of(settings, List.of(100), COUNTS).record(metrics).chosen()) {
      measure(count, metrics, settings, lines);
    }
    lines.check();
  }

  private static void measure(int count, Metrics metrics, ProfileSettings settings, PassLines lines)
      throws Exception {
    Map<String, Tensor> kept = tensors(count / 2, "kept", settings.seed());
    Map<String, Tensor> lost = tensors(count / 2, "lost", settings.seed() + count);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      CommitId first = ModelStore.commit(repository, "main", kept);
      repository.branches().create("doomed", first);
      ModelStore.commit(repository, "doomed", lost);
      long unreachable =
          lost.values().stream()
              .mapToLong(tensor -> repository.store().info(tensor.id()).orElseThrow().storedBytes())
              .sum();
      repository.branches().delete("doomed");
      long before = scratch.bytesOnDisk();
      long start = System.nanoTime();
      GcReport report = repository.gc(GcOptions.immediate());
      metrics.value("gc_ms_at_" + count, (System.nanoTime() - start) / 1e6, "ms", Better.LOWER);
      double returned = 100.0 * (before - scratch.bytesOnDisk()) / unreachable;
      metrics.value("returned_percent_at_" + count, returned, "%", Better.HIGHER);
      metrics.value("removed_at_" + count, report.tensors().removed(), "1", Better.NEITHER);
      long mismatched = 0;
      for (Map.Entry<String, Tensor> each : kept.entrySet()) {
        mismatched +=
            Bits.mismatches(each.getValue(), repository.snapshot("main").tensor(each.getKey()));
      }
      metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
      lines
          .atLeast("Space returned of " + count, returned, RETURNED_PERCENT, "% of unreachable")
          .atMost("Wrong elements among the reachable of " + count, (double) mismatched, 0, "")
          .require(
              report.tensors().removed() == lost.size(),
              "Removed " + report.tensors().removed() + " tensors of " + lost.size() + ".")
          .require(
              repository.fsck(FsckLevel.DEEP).isSound(), "The repository is damaged afterwards.");
    }
  }

  private static Map<String, Tensor> tensors(int count, String name, long seed) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      tensors.put(name + "." + i, Squares.random(SIDE, seed + i));
    }
    return tensors;
  }
}
