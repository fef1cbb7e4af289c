package io.coralml.perf.qa;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.ScratchRepository;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Category 3: threads that commit and read at once, every tensor verified. */
@Tag("qa")
@Tag("qa-03")
@DisplayName("QA 3, HDF5 concurrent stress")
class ConcurrencyBenchmark {
  private static final List<Integer> THREADS = List.of(1, 2, 4, 8, 16, 32, 64);
  private static final int SIDE_OF_ROW = 500;
  private static final int COMMITS_EACH = 3;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Threads that commit and read at once")
  void threads(Metrics metrics, ProfileSettings settings) throws Exception {
    int side = settings.choose(100, SIDE_OF_ROW, SIDE_OF_ROW, SIDE_OF_ROW);
    Sizes.record(metrics, "side", side, SIDE_OF_ROW);
    PassLines lines = new PassLines(metrics, settings);
    for (int threads : Sizes.of(settings, List.of(1, 2, 4), THREADS).record(metrics).chosen()) {
      Outcome outcome = run(threads, side, settings.seed());
      double percent = 100.0 * outcome.verified / outcome.operations;
      metrics.value("verified_percent_at_" + threads, percent, "%", Better.HIGHER);
      metrics.value(
          "ops_per_s_at_" + threads,
          outcome.operations / (outcome.nanos / 1e9),
          "ops/s",
          Better.HIGHER);
      metrics.addCount("findings_at_" + threads, outcome.findings.size(), Better.LOWER);
      lines.atLeast("Verified of " + threads + " threads' reads", percent, 100, "%");
      lines.require(
          outcome.findings.isEmpty(),
          "After " + threads + " threads fsck finds: " + String.join(" ", outcome.findings));
    }
    lines.check();
  }

  private record Outcome(int operations, int verified, long nanos, List<String> findings) {}

  private static Outcome run(int threads, int side, long seed) throws Exception {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      CyclicBarrier begin = new CyclicBarrier(threads);
      List<Callable<Integer>> work = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        work.add(
            () -> {
              begin.await();
              return commitAndRead(repository, number, side, seed);
            });
      }
      ExecutorService pool = Executors.newFixedThreadPool(threads);
      try {
        long start = System.nanoTime();
        int verified = 0;
        for (Future<Integer> done : pool.invokeAll(work)) {
          verified += done.get();
        }
        long nanos = System.nanoTime() - start;
        return new Outcome(
            2 * threads * COMMITS_EACH,
            verified,
            nanos,
            repository.fsck(FsckLevel.DEEP).findings());
      } finally {
        pool.shutdownNow();
      }
    }
  }

  /** Commits and reads by turns; returns how many of both gave what they had to. */
  private static int commitAndRead(Repository repository, int thread, int side, long seed) {
    String branch = "thread-" + thread;
    int verified = 0;
    for (int i = 0; i < COMMITS_EACH; i++) {
      Tensor tensor = Squares.random(side, seed + thread * 1000L + i);
      String id =
          repository.transaction(branch).put("t" + i, tensor).commit("commit " + i).toString();
      verified += repository.snapshot(branch).commit().id().toString().equals(id) ? 1 : 0;
      verified += repository.snapshot(branch).tensor("t" + i).equals(tensor) ? 1 : 0;
    }
    return verified;
  }
}
