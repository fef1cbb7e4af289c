package io.coralml.perf.qa;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.Sample;
import io.coralml.junit.stats.Trend;
import io.coralml.perf.Bits;
import io.coralml.perf.ScratchRepository;
import io.coralml.perf.scale.Bottleneck;
import io.coralml.perf.scale.Curve;
import io.coralml.perf.scale.WatchedStorage;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Category 6: whether commits, and opening, get slower as the history gets longer. */
@Tag("qa")
@Tag("qa-06")
@DisplayName("QA 6, deep commit history")
class DeepHistoryBenchmark {
  private static final int SIDE = 100;
  private static final int GROUPS = 50;
  private static final int OPENINGS = 15;
  private static final int DOUBLINGS = 4;
  private static final double OPEN_MS = 20;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Commit time against the number of commits, and the time to open")
  void commits(Metrics metrics, ProfileSettings settings) throws Exception {
    int commits = Sizes.one(settings, 120, 1000, 3000, 10_000).record(metrics).largest();
    try (ScratchRepository scratch = ScratchRepository.create()) {
      double[] millis = commitWatched(scratch, commits, settings.seed(), metrics);
      Interval slope = slope(millis);
      double open = openMillis(scratch);
      metrics.value("commit_ms", Sample.of(millis).median(), "ms", Better.LOWER);
      metrics.value("slope_ms_per_1000_commits", slope.value() * 1000, "ms", Better.LOWER);
      metrics.value("slope_low", slope.low() * 1000, "ms", Better.LOWER);
      metrics.value("slope_high", slope.high() * 1000, "ms", Better.LOWER);
      metrics.value("open_ms", open, "ms", Better.LOWER);
      growth(millis, metrics);
      metrics.rawBytes((long) commits * SIDE * SIDE * Float.BYTES);
      metrics.storedBytes(scratch.bytesOnDisk());
      verify(scratch.repository(), commits, settings.seed(), metrics);
      new PassLines(metrics, settings)
          .requireOfTime(
              slope.low() <= 0,
              "Commits get slower: the slope's interval begins above 0, at "
                  + slope.low() * 1000
                  + " ms per 1000 commits.")
          .timeAtMost("Opening the repository", open, OPEN_MS, "ms")
          .check();
    }
  }

  private static Tensor state(int commit, long seed) {
    return Squares.random(SIDE, seed + commit);
  }

  private static double[] commitWatched(
      ScratchRepository scratch, int commits, long seed, Metrics metrics) throws Exception {
    WatchedStorage storage =
        new WatchedStorage(FileStorage.open(scratch.folder().resolve(Repository.DIRECTORY)));
    double[][] millis = new double[1][];
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      Bottleneck.of(storage, 1, () -> millis[0] = commit(repository, commits, seed))
          .record(metrics, commits);
    }
    return millis[0];
  }

  /** How a commit's time grows with the history, from medians before each doubling of it. */
  private static void growth(double[] millis, Metrics metrics) {
    Curve curve = new Curve("commit", "commits");
    for (int doubling = DOUBLINGS; doubling >= 0; doubling--) {
      int to = millis.length >> doubling;
      if (to < 2) {
        continue; // a functional run has no such beginning
      }
      double median = Sample.of(java.util.Arrays.copyOfRange(millis, to / 2, to)).median();
      curve.add(to, 1e6 * median);
      metrics.value("commit_ms_at_" + to, median, "ms", Better.LOWER);
    }
    curve.record(metrics);
  }

  private static double[] commit(Repository repository, int commits, long seed) {
    double[] millis = new double[commits];
    for (int i = 0; i < commits; i++) {
      Tensor tensor = state(i, seed);
      long start = System.nanoTime();
      repository.transaction("main").put("t", tensor).commit("commit " + i);
      millis[i] = (System.nanoTime() - start) / 1e6;
    }
    return millis;
  }

  /** The trend over medians of neighbouring commits, the first tenth left out as warm-up. */
  private static Interval slope(double[] millis) {
    int begin = millis.length / 10;
    int each = Math.max(1, (millis.length - begin) / GROUPS);
    List<Double> at = new ArrayList<>();
    List<Double> median = new ArrayList<>();
    for (int from = begin; from + each <= millis.length; from += each) {
      at.add(from + each / 2.0);
      median.add(Sample.of(java.util.Arrays.copyOfRange(millis, from, from + each)).median());
    }
    return Trend.theilSen(
        at.stream().mapToDouble(Double::doubleValue).toArray(),
        median.stream().mapToDouble(Double::doubleValue).toArray(),
        0.95);
  }

  private static double openMillis(ScratchRepository scratch) {
    double[] millis = new double[OPENINGS];
    for (int i = 0; i < OPENINGS; i++) {
      long start = System.nanoTime();
      try (Repository opened = Repository.open(scratch.folder())) {
        assertThat(opened.snapshot("main").names()).containsExactly("t");
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    return Sample.of(millis).median();
  }

  /** Reads the first, the middle and the last state, and counts the whole log. */
  private static void verify(Repository repository, int commits, long seed, Metrics metrics)
      throws Exception {
    List<String> ids = new ArrayList<>();
    metrics.time(
        "log_ns", () -> repository.log("main").forEach(commit -> ids.add(commit.id().toString())));
    assertThat(ids).hasSize(commits);
    long mismatched = 0;
    for (int at : new int[] {0, commits / 2, commits - 1}) {
      Tensor read = repository.snapshot(ids.get(commits - 1 - at)).tensor("t");
      mismatched += Bits.mismatches(state(at, seed), read);
    }
    metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
    assertThat(mismatched).as("elements that differ").isZero();
  }
}
