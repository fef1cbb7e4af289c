package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scenario is a story with a result in bytes and counts. Its body runs once for each repetition
 * and records what came of it; ratios are derived from the bytes and cannot be passed in. Data grow
 * with the profile and come from its seed, so two runs see the same.
 *
 * <pre>
 * level=1   200,000 B to 98,470 B, 4.06x, in  4.8 ms
 * level=6   200,000 B to 75,236 B, 5.32x, in 36 ms
 * </pre>
 *
 * Bytes have no noise: compare them exactly, also between machines.
 */
@Profile(BenchmarkProfile.QUICK)
class S10ScenarioBenchmark {
  private static final int VALUES_PER_SCALE = 200_000;

  @CoralBenchmark(suite = "samples", mode = Mode.SCENARIO)
  @ValueSource(ints = {1, 6})
  void deflate(int level, Metrics metrics, ProfileSettings settings) throws Exception {
    byte[] raw = steps(settings.seed(), VALUES_PER_SCALE * settings.scale());
    byte[] stored = new byte[2 * raw.length];
    Deflater deflater = new Deflater(level);
    int length =
        metrics.timed(
            "deflate_ns",
            () -> {
              deflater.setInput(raw);
              deflater.finish();
              return deflater.deflate(stored);
            });
    deflater.end();

    metrics.rawBytes(raw.length);
    metrics.storedBytes(length);
    metrics.addCount("zero_steps", count(raw, (byte) 0), Better.NEITHER);
  }

  /** A walk in small steps: bytes that are mostly 0, 1 or -1. */
  private static byte[] steps(long seed, int size) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] steps = new byte[size];
    for (int i = 0; i < size; i++) {
      steps[i] = (byte) Math.round(random.nextDouble() + random.nextDouble() - 1);
    }
    return steps;
  }

  private static long count(byte[] bytes, byte wanted) {
    byte[] sorted = bytes.clone();
    Arrays.sort(sorted);
    long count = 0;
    for (byte value : sorted) {
      count += value == wanted ? 1 : 0;
    }
    return count;
  }
}
