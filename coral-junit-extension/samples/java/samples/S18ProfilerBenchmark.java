package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import java.util.regex.Pattern;

/**
 * Where the time goes: with {@code -Dcoral.profiler=jfr} each benchmark runs once more under the
 * JVM's flight recorder, and the recording and a flame graph are attached to its result. {@code
 * -Dcoral.profiler=async} asks for async-profiler, which the project adds to its test class path
 * ({@code tools.profiler:async-profiler}). The timed pass is never profiled.
 */
@Profile(BenchmarkProfile.QUICK)
class S18ProfilerBenchmark {
  private String text = "encoder.layer.11.attention.self.query.weight";

  @CoralBenchmark(suite = "samples")
  void split(Blackhole hole) {
    hole.consume(Pattern.compile("[.]").split(text));
  }
}
