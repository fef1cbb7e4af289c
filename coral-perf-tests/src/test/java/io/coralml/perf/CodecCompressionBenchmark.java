package io.coralml.perf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.comparators.Contender;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How few bytes the codec needs for a fine-tune given its base, beside the limit and what others
 * need for the same weights. Every stored byte counts, every row's round trip is checked bit for
 * bit, and a missed mark fails.
 */
@Tag("compression")
@DisplayName("Codec compression")
class CodecCompressionBenchmark {
  private static final int WIDTH = 192;

  /** What the profile full compares on whole models; the rest is left to comprehensive. */
  private static final Set<String> ON_WHOLE_MODELS =
      Set.of(
          "coral balanced",
          "coral max",
          "coral balanced alone",
          "coral max alone",
          CodecMarks.RIVAL,
          "exponent split + Huffman");

  /** The update's size at a rate of 1, relative to the weights, and how far rates spread. */
  private static final double RATES_SD = 0.01;

  private static final double RATES_SPREAD = 1.0;

  // Made once for all contenders; the entropy of an update takes a second to integrate.
  private static final Map<List<Object>, WeightPair> PAIRS = new ConcurrentHashMap<>();

  /** Makes the pairs that all contenders share, or the first would be timed with their making. */
  @BeforeEach
  void pairs(TestInfo test, ProfileSettings settings) {
    switch (test.getTestMethod().orElseThrow().getName()) {
      case "update" ->
          updates()
              .map(Arguments::get)
              .forEach(row -> updatePair((FloatFormat) row[0], (double) row[1], settings));
      case "rates" ->
          rates().map(Arguments::get).forEach(row -> ratesPair((FloatFormat) row[0], settings));
      default -> {} // each contender makes its own
    }
  }

  static Stream<Arguments> contenders() {
    return Stream.of(FloatFormat.values())
        .flatMap(
            format -> Contender.names(format).stream().map(name -> Arguments.of(format, name)));
  }

  static Stream<Arguments> updates() {
    return contenders()
        .filter(row -> row.get()[0] != FloatFormat.F16)
        .filter(row -> !row.get()[1].toString().startsWith("zstd"))
        .filter(row -> !row.get()[1].toString().endsWith("alone"))
        .flatMap(
            row ->
                Stream.of(0.1, 0.01, 0.001)
                    .map(sd -> Arguments.of(row.get()[0], sd, row.get()[1])));
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Codec on real weights: the sample of a fine-tune pair")
  @MethodSource("contenders")
  void sample(FloatFormat format, String codec, Metrics metrics, ProfileSettings settings) {
    assumeTrue(
        settings.measured() || !codec.endsWith("9"),
        "the slow levels of zstd are left to measured runs; their tests run the same code");
    store(WeightPair.sample(format), codec, metrics);
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Codec on synthetic updates of known entropy")
  @MethodSource("updates")
  void update(
      FloatFormat format, double sd, String codec, Metrics metrics, ProfileSettings settings) {
    store(updatePair(format, sd, settings), codec, metrics);
  }

  private static WeightPair updatePair(FloatFormat format, double sd, ProfileSettings settings) {
    int width = settings.measured() ? WIDTH * settings.choose(1, 2, 2, 4) : WIDTH / 6;
    return PAIRS.computeIfAbsent(
        List.of(format, sd, width, settings.seed()),
        key -> WeightPair.update(format, sd, width, settings.seed()));
  }

  static Stream<Arguments> rates() {
    return Stream.of(FloatFormat.BF16, FloatFormat.F32)
        .flatMap(
            format ->
                Stream.of("coral balanced", "coral max", CodecMarks.RIVAL)
                    .map(name -> Arguments.of(format, name)));
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Codec on synthetic updates whose rows and columns learn at rates of their own")
  @MethodSource("rates")
  void rates(FloatFormat format, String codec, Metrics metrics, ProfileSettings settings) {
    store(ratesPair(format, settings), codec, metrics);
  }

  private static WeightPair ratesPair(FloatFormat format, ProfileSettings settings) {
    int width = settings.measured() ? WIDTH * settings.choose(1, 2, 2, 4) : WIDTH / 12;
    return PAIRS.computeIfAbsent(
        List.of(format, "rates", width, settings.seed()),
        key -> WeightPair.rates(format, RATES_SD, RATES_SPREAD, width, settings.seed()));
  }

  static Stream<Arguments> onWholeModels() {
    return contenders().filter(row -> ON_WHOLE_MODELS.contains(row.get()[1].toString()));
  }

  /** Level 19 would take minutes for each format, and is compared on the sample. */
  static Stream<Arguments> othersOnWholeModels() {
    return contenders()
        .filter(row -> !ON_WHOLE_MODELS.contains(row.get()[1].toString()))
        .filter(row -> !row.get()[1].toString().endsWith("19"));
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.FULL)
  @DisplayName("Codec on real weights: the whole fine-tune pair")
  @MethodSource("onWholeModels")
  void wholePair(FloatFormat format, String codec, Metrics metrics) {
    store(WeightPair.whole(format), codec, metrics);
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.COMPREHENSIVE)
  @DisplayName("Codec on real weights: the whole fine-tune pair, the other contenders")
  @MethodSource("othersOnWholeModels")
  void wholePairOthers(FloatFormat format, String codec, Metrics metrics) {
    store(WeightPair.whole(format), codec, metrics);
  }

  private static void store(WeightPair pair, String codec, Metrics metrics) {
    Contender contender = Contender.named(codec, pair, 1);
    metrics.rawBytes(pair.rawBytes());
    long stored = contender.encode();
    metrics.storedBytes(stored);
    if (!Double.isNaN(pair.limitBytes())) {
      metrics.limitBytes(Math.round(pair.limitBytes()));
    }
    contender.decode();
    contender.verify();
    CodecMarks.require(pair, codec, stored);
  }
}
