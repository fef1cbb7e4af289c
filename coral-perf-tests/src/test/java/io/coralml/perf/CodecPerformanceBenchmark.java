package io.coralml.perf;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Profile;
import io.coralml.perf.comparators.Contender;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How fast the codec is on one core, beside what others take for the same weights. A rate counts
 * the raw bytes of the target. Every measured contender's last result is compared bit for bit.
 */
@Tag("performance")
@DisplayName("Codec speed")
class CodecPerformanceBenchmark {
  private static final List<String> MAIN = List.of("coral balanced", "XOR + planes + zstd-3");

  private @Nullable Contender contender;

  static Stream<Arguments> main() {
    return Stream.of(FloatFormat.BF16, FloatFormat.F32)
        .flatMap(format -> MAIN.stream().map(name -> Arguments.of(format, name)));
  }

  static Stream<Arguments> others() {
    return Contender.names(FloatFormat.BF16).stream()
        .filter(name -> !MAIN.contains(name) && !name.endsWith("9"))
        .map(name -> Arguments.of(FloatFormat.BF16, name));
  }

  @CoralBenchmark(forks = 0) // a fork's share of the time is over before the codec is compiled
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Encode the real sample on one core")
  @MethodSource("main")
  void encode(FloatFormat format, String codec, Blackhole hole, Metrics metrics) {
    hole.consume(onSample(format, codec, metrics).encode());
  }

  @CoralBenchmark(forks = 0) // a fork's share of the time is over before the codec is compiled
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Decode the real sample on one core")
  @MethodSource("main")
  void decode(FloatFormat format, String codec, Blackhole hole, Metrics metrics) {
    Contender decoding = onSample(format, codec, metrics);
    decoding.decode();
    hole.consume(decoding);
  }

  @CoralBenchmark(forks = 0) // forks of comparators would take a sixth of the profile full
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Encode the real sample on one core, the other contenders")
  @MethodSource("others")
  void encodeOthers(FloatFormat format, String codec, Blackhole hole, Metrics metrics) {
    hole.consume(onSample(format, codec, metrics).encode());
  }

  @CoralBenchmark(forks = 0) // forks of comparators would take a sixth of the profile full
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Decode the real sample on one core, the other contenders")
  @MethodSource("others")
  void decodeOthers(FloatFormat format, String codec, Blackhole hole, Metrics metrics) {
    Contender decoding = onSample(format, codec, metrics);
    decoding.decode();
    hole.consume(decoding);
  }

  @CoralBenchmark(forks = 1) // a fork reads 250 MB before it measures
  @Profile(BenchmarkProfile.COMPREHENSIVE) // full has the same of CodecSpeedMarksBenchmark
  @DisplayName("Encode the whole real pair on one core and on two")
  @CsvSource({"BF16, 1", "BF16, 2", "F32, 1", "F32, 2"})
  void encodeWhole(FloatFormat format, int threads, Blackhole hole, Metrics metrics) {
    hole.consume(onWhole(format, threads, metrics).encode());
  }

  @CoralBenchmark(forks = 1) // a fork reads 250 MB before it measures
  @Profile(BenchmarkProfile.COMPREHENSIVE) // full has the same of CodecSpeedMarksBenchmark
  @DisplayName("Decode the whole real pair on one core and on two")
  @CsvSource({"BF16, 1", "BF16, 2", "F32, 1", "F32, 2"})
  void decodeWhole(FloatFormat format, int threads, Blackhole hole, Metrics metrics) {
    Contender decoding = onWhole(format, threads, metrics);
    decoding.decode();
    hole.consume(decoding);
  }

  @AfterEach
  void compareTheLastResult() {
    if (contender != null) {
      contender.decode();
      contender.verify();
      contender = null;
    }
  }

  /** Sets up at the first call, which the pilot makes; all others find it done. */
  private Contender onSample(FloatFormat format, String codec, Metrics metrics) {
    return contender != null
        ? contender
        : prepared(Contender.named(codec, WeightPair.sample(format), 1), metrics);
  }

  private Contender onWhole(FloatFormat format, int threads, Metrics metrics) {
    return contender != null
        ? contender
        : prepared(Contender.named("coral balanced", WeightPair.whole(format), threads), metrics);
  }

  private Contender prepared(Contender fresh, Metrics metrics) {
    metrics.bytesPerOp(fresh.rawBytes());
    fresh.encode();
    contender = fresh;
    return fresh;
  }
}
