package samples;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;

/**
 * Gates: what a number must be. A limit on bytes or counts holds on every machine, because they
 * have no noise. A limit on time does not; compare with the old code instead, in turns and in one
 * JVM, and the build fails when the new code is slower by more than 2 %.
 */
@Profile(BenchmarkProfile.QUICK)
class S14GatesBenchmark {
  private final String[] words = {"encoder", "layer", "11", "attention", "weight"};

  @CoralBenchmark(suite = "samples")
  @Expect(metric = "b_per_op", max = 272)
  void allocatesNoMore(Blackhole hole) {
    hole.consume(new byte[256]); // and 16 bytes of header
  }

  @CoralBenchmark(suite = "samples", mode = Mode.SCENARIO)
  @Expect(metric = "compression_ratio", value = 4)
  @Expect(metric = "chunks", min = 10, max = 12)
  void storesNoMore(Metrics metrics) {
    metrics.rawBytes(1000);
    metrics.storedBytes(250);
    metrics.addCount("chunks", 11, Better.LOWER);
  }

  /** The verdict stands in the result: SLOWER, FASTER, SAME or INCONCLUSIVE. */
  @CoralBenchmark(suite = "samples")
  @Baseline("joinByConcatenation")
  void joinByBuilder(Blackhole hole) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      text.append(word).append('.');
    }
    hole.consume(text.toString());
  }

  @SuppressWarnings("UnusedMethod") // named by @Baseline
  void joinByConcatenation(Blackhole hole) {
    String text = "";
    for (String word : words) {
      text += word + ".";
    }
    hole.consume(text);
  }
}
