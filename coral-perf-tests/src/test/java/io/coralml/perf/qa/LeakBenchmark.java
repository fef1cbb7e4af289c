package io.coralml.perf.qa;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.memory.LeakSlope;
import io.coralml.junit.stats.Interval;
import io.coralml.perf.Bits;
import io.coralml.perf.ScratchRepository;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Category 2: what storing and reading again and again leaves on the heap. */
@Tag("qa")
@Tag("qa-02")
@DisplayName("QA 2, memory leak detection")
class LeakBenchmark {
  private static final double SIMILARITY = 0.99;
  private static final double LIMIT_BYTES = 1024;

  /** So many commits fill the history's cache of 4096 directories, of which each has four. */
  private static final int UNTIL_FULL = 1100;

  private static final int POINTS = 10;
  private static final int FEW_POINTS = 5;
  private static final int LOOKS = 3;
  private static final int LONGER = 4;
  private static final int SMALL_SIDE = 100;
  private static final int SMALLEST_SIDE = 8;
  private static final int SIDE_OF_ROW = 1000;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Heap after collections, against iterations of store and get")
  void storeAndGet(Metrics metrics, ProfileSettings settings) {
    int iterations = Sizes.one(settings, 60, 300, 1000, 1000).record(metrics).largest();
    int side = settings.choose(100, 300, 300, SIDE_OF_ROW);
    Sizes.record(metrics, "side", side, SIDE_OF_ROW);
    Tensor base = Squares.random(side, settings.seed());
    int points = settings.measured() ? POINTS : FEW_POINTS;
    int before = settings.measured() ? UNTIL_FULL : FEW_POINTS;
    Look look = look(base, before, iterations, points, settings.seed());
    long mismatched = look.mismatched;
    int looks = 1;
    // What a JVM takes up once is spread thinner over more iterations; a leak stays what it is. Of
    // a small tensor, for even what a leak would keep of that is far above the limit.
    Tensor small = Squares.random(Math.min(side, SMALL_SIDE), settings.seed());
    while (settings.measured() && look.leaks() && looks < LOOKS) {
      iterations *= LONGER;
      looks++;
      look = look(small, before, iterations, points, settings.seed());
      mismatched += look.mismatched;
    }
    metrics.value("looks", looks, "1", Better.NEITHER);
    LeakSlope slope = look.slope;
    Interval bytes = slope.bytesPerOperation();
    metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
    metrics.value("leak_bytes_per_iteration", bytes.value(), "B", Better.LOWER);
    metrics.value("leak_low", bytes.low(), "B", Better.LOWER);
    metrics.value("leak_high", bytes.high(), "B", Better.LOWER);
    metrics.value("retained_bytes", (double) slope.retainedBytes(), "B", Better.LOWER);
    PassLines lines =
        new PassLines(metrics, settings)
            .atMost("The number of wrong elements", (double) mismatched, 0, "");
    if (settings.measured()) {
      // In a functional run other tests share the heap, and what they leave there comes and goes.
      lines.require(
          !look.leaks(),
          String.format(
              Locale.ROOT,
              "The heap grows by %,.4g B per iteration (from %,.4g to %,.4g); at most %,.0f is"
                  + " allowed, or an interval that contains 0.",
              bytes.value(),
              bytes.low(),
              bytes.high(),
              LIMIT_BYTES));
    }
    lines.check();
  }

  /**
   * Stores and gets.
   *
   * @param before how many small commits come first
   */
  private static Look look(Tensor base, int before, int iterations, int points, long seed) {
    LeakSlope slope = new LeakSlope();
    long mismatched = 0;
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      for (int i = 0; i < before; i++) {
        repository
            .transaction("main")
            .put("w", Squares.random(SMALLEST_SIDE, seed + i))
            .commit("w");
      }
      repository.transaction("main").put("t", base).commit("base");
      int each = Math.max(1, iterations / points);
      for (int done = -each; done < each * points; done++) {
        if (done >= 0 && done % each == 0) {
          observe(repository, slope, done);
        }
        Tensor similar = Squares.similar(base, SIMILARITY, seed + 1 + done);
        repository.transaction("main").put("t", similar).commit("iteration " + done);
        mismatched += Bits.mismatches(similar, repository.snapshot("main").tensor("t"));
      }
      observe(repository, slope, each * points);
    }
    return new Look(slope, mismatched);
  }

  private static void observe(Repository repository, LeakSlope slope, int done) {
    // What merges packs meanwhile holds something, too.
    repository.settle();
    slope.observe(done);
  }

  /** What one run showed. */
  private record Look(LeakSlope slope, long mismatched) {
    boolean leaks() {
      Interval bytes = slope.bytesPerOperation();
      return bytes.low() > 0 && bytes.value() > LIMIT_BYTES;
    }
  }
}
