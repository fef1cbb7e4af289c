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
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Category 6: whether commits, and opening, get slower as the history gets longer. A machine that
 * slows down meanwhile is no slower commit, so every few commits one goes to a repository that is
 * made anew again and again, and the trend is that of the times relative to those.
 */
@Tag("qa")
@Tag("qa-06")
@DisplayName("QA 6, deep commit history")
class DeepHistoryBenchmark {
  private static final int SIDE = 100;
  private static final int GROUPS = 50;
  private static final int OPENINGS = 15;
  private static final int DOUBLINGS = 4;

  /** Between two commits to a young repository. */
  private static final int BETWEEN = 4;

  /** How old the young repository gets, its first commits, which are not counted, included. */
  private static final int YOUNG = 40;

  private static final int FIRST = 5;
  private static final double OPEN_MS = 20;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Commit time against the number of commits, and the time to open")
  void commits(Metrics metrics, ProfileSettings settings) throws Exception {
    int commits = Sizes.one(settings, 120, 1000, 3000, 10_000).record(metrics).largest();
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Times times = commitWatched(scratch, commits, settings.seed(), metrics);
      double[] millis = times.grown();
      Interval slope = slope(times);
      double open = openMillis(scratch);
      metrics.value("commit_ms", Sample.of(millis).median(), "ms", Better.LOWER);
      metrics.value("young_commit_ms", Sample.of(times.young()).median(), "ms", Better.NEITHER);
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

  /**
   * Times of commits, in ms.
   *
   * @param grown to the repository that grows, one for each commit
   * @param young of the last commit to a young repository by each of those, but for the last ones
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Times(double[] grown, double[] young) {}

  private static Times commitWatched(
      ScratchRepository scratch, int commits, long seed, Metrics metrics) throws Exception {
    WatchedStorage storage =
        new WatchedStorage(FileStorage.open(scratch.folder().resolve(Repository.DIRECTORY)));
    double[] grown = new double[commits];
    // What bounds a commit is asked of the last tenth, which has the repository to itself.
    double[] young = new double[commits - commits / 10];
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      try (Young control = new Young(seed)) {
        for (int i = 0; i < young.length; i++) {
          grown[i] = commit(repository, i, seed);
          young[i] = i % BETWEEN == 0 ? control.commit() : young[i - 1];
        }
      }
      Bottleneck.of(
              storage,
              1,
              () -> {
                for (int i = young.length; i < commits; i++) {
                  grown[i] = commit(repository, i, seed);
                }
              })
          .record(metrics, commits);
    }
    return new Times(grown, young);
  }

  /** How a commit's time grows with the history, from medians before each doubling of it. */
  private static void growth(double[] millis, Metrics metrics) {
    Curve curve = new Curve("commit", "commits");
    for (int doubling = DOUBLINGS; doubling >= 0; doubling--) {
      int to = millis.length >> doubling;
      if (to < 2) {
        continue; // a functional run has no such beginning
      }
      double median = median(millis, to / 2, to - to / 2);
      curve.add(to, 1e6 * median);
      metrics.value("commit_ms_at_" + to, median, "ms", Better.LOWER);
    }
    curve.record(metrics);
  }

  private static double commit(Repository repository, int number, long seed) {
    Tensor tensor = state(number, seed);
    long start = System.nanoTime();
    repository.transaction("main").put("t", tensor).commit("commit " + number);
    return (System.nanoTime() - start) / 1e6;
  }

  /** A repository that never gets old. */
  private static final class Young implements AutoCloseable {
    private final long seed;
    private ScratchRepository scratch = ScratchRepository.create();
    private int commits;

    Young(long seed) {
      this.seed = seed;
    }

    /** Returns how long a commit took, in ms. */
    double commit() {
      if (commits == YOUNG) {
        close();
        scratch = ScratchRepository.create();
        commits = 0;
      }
      while (commits < FIRST) {
        DeepHistoryBenchmark.commit(scratch.repository(), commits++, seed);
      }
      return DeepHistoryBenchmark.commit(scratch.repository(), commits++, seed);
    }

    @Override
    public void close() {
      scratch.close();
    }
  }

  /**
   * The trend of medians of neighbouring commits over those of a young repository meanwhile, as
   * long as a commit to that takes on the whole; the first tenth left out as warm-up.
   */
  private static Interval slope(Times times) {
    double young = Sample.of(times.young()).median();
    int commits = times.young().length;
    int begin = commits / 10;
    int each = Math.max(1, (commits - begin) / GROUPS);
    List<Double> at = new ArrayList<>();
    List<Double> median = new ArrayList<>();
    for (int from = begin; from + each <= commits; from += each) {
      at.add(from + each / 2.0);
      median.add(young * median(times.grown(), from, each) / median(times.young(), from, each));
    }
    return Trend.theilSen(
        at.stream().mapToDouble(Double::doubleValue).toArray(),
        median.stream().mapToDouble(Double::doubleValue).toArray(),
        0.95);
  }

  private static double median(double[] millis, int from, int count) {
    return Sample.of(Arrays.copyOfRange(millis, from, from + count)).median();
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
