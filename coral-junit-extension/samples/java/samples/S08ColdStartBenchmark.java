package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.util.regex.Pattern;

/**
 * Trap: the first call. A command-line tool pays for loading classes, for interpreting and for
 * compiling; a server forgets them within a minute. Both are true, and they are different questions.
 *
 * <pre>
 * the thousandth call: {@code THROUGHPUT}          0.65 µs/op
 * the first call of a fresh JVM: {@code COLD}      600 to 2,300 µs
 * </pre>
 *
 * {@code COLD} starts a JVM for each repetition, so it takes a second for each number.
 */
@Profile(BenchmarkProfile.QUICK)
class S08ColdStartBenchmark {
  private static final String TEXT = "tensor.encoder.layer.11.weight";

  @CoralBenchmark(suite = "samples")
  void warm(Blackhole hole) {
    hole.consume(matches());
  }

  @CoralBenchmark(suite = "samples", mode = Mode.COLD, repetitions = 3)
  void cold(Blackhole hole) {
    hole.consume(matches());
  }

  private static boolean matches() {
    return Pattern.compile("(?i)\\w+(\\.\\w+)*\\.\\d+\\.weight").matcher(TEXT).matches();
  }
}
