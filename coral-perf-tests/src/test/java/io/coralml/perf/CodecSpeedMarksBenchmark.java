package io.coralml.perf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.comparators.Contender;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import io.coralml.perf.qa.PassLines;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The codec's speed beside its rival's, in turns in one process on the whole real pair, so that
 * whatever else the machine does hits both. One core is measured in CPU time of the thread, two in
 * time on the wall, beside what two threads are worth on this machine ({@link TwoProcessors}). A
 * missed mark fails.
 */
@Tag("performance")
@DisplayName("Codec speed marks")
class CodecSpeedMarksBenchmark {
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 7;

  private static final String BALANCED = "coral balanced";
  private static final String FAST = "coral fast";

  /** Medians of one contender, in seconds. */
  private record Times(double encode, double decode) {}

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.FULL)
  @DisplayName("One core: at least as fast as XOR + planes + zstd-3 and as the marks")
  @EnumSource(
      value = FloatFormat.class,
      names = {"BF16", "F32"})
  void oneCore(FloatFormat format, Metrics metrics, ProfileSettings settings) {
    assumeTrue(settings.measured(), "speed is measured in the profiles full and comprehensive");
    WeightPair pair = WeightPair.whole(format);
    Map<String, Times> times = inTurns(pair, BALANCED, FAST, CodecMarks.RIVAL);
    double megabytes = pair.rawBytes() / 1e6;
    times.forEach(
        (codec, time) -> {
          String key = codec.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
          metrics.value(key + "_encode", megabytes / time.encode, "MB/s", Better.HIGHER);
          metrics.value(key + "_decode", megabytes / time.decode, "MB/s", Better.HIGHER);
        });
    Times balanced = Objects.requireNonNull(times.get(BALANCED));
    Times fast = Objects.requireNonNull(times.get(FAST));
    Times rival = Objects.requireNonNull(times.get(CodecMarks.RIVAL));
    boolean narrow = format != FloatFormat.F32;
    PassLines lines = new PassLines(metrics, settings);
    atLeast(lines, "encode MB/s", megabytes / balanced.encode, narrow ? 250 : 400);
    atLeast(lines, "decode MB/s", megabytes / balanced.decode, narrow ? 500 : 900);
    atLeast(lines, "encode beside the rival", rival.encode / balanced.encode, 1.2);
    atLeast(lines, "decode beside the rival", rival.decode / balanced.decode, 1.0);
    atLeast(lines, "encode FAST beside BALANCED", balanced.encode / fast.encode, 1.5);
    atLeast(lines, "decode FAST beside BALANCED", balanced.decode / fast.decode, 1.5);
    lines.check();
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.FULL)
  @DisplayName("Two threads: at least 1.8 times as fast as one")
  @EnumSource(
      value = FloatFormat.class,
      names = {"BF16", "F32"})
  void twoThreads(FloatFormat format, Metrics metrics, ProfileSettings settings) {
    assumeTrue(settings.measured(), "speed is measured in the profiles full and comprehensive");
    WeightPair pair = WeightPair.whole(format);
    Contender one = Contender.named(BALANCED, pair, 1);
    Contender two = Contender.named(BALANCED, pair, 2);
    double[][] encode = new double[2][ROUNDS];
    double[][] decode = new double[2][ROUNDS];
    TwoProcessors processors = new TwoProcessors(ROUNDS);
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      processors.measure(Math.max(0, round));
      for (int i = 0; i < 2; i++) {
        Contender contender = i == 0 ? one : two;
        int at = Math.max(0, round);
        long start = System.nanoTime();
        contender.encode();
        long middle = System.nanoTime();
        contender.decode();
        encode[i][at] = (middle - start) / 1e9;
        decode[i][at] = (System.nanoTime() - middle) / 1e9;
        contender.verify();
      }
    }
    double encoding = TwoProcessors.median(encode[0]) / TwoProcessors.median(encode[1]);
    double decoding = TwoProcessors.median(decode[0]) / TwoProcessors.median(decode[1]);
    metrics.value("encode_scaling", encoding, "x", Better.HIGHER);
    metrics.value("decode_scaling", decoding, "x", Better.HIGHER);
    metrics.value("machine_computing", processors.computing(), "x", Better.HIGHER);
    metrics.value("machine_copying", processors.copying(), "x", Better.HIGHER);
    String machine =
        String.format(
            Locale.ROOT,
            " (in the same turns two threads computed %.4g and copied %.4g times as much as one)",
            processors.computing(),
            processors.copying());
    PassLines lines = new PassLines(metrics, settings);
    atLeast(lines, "encode on two threads beside one" + machine, encoding, 1.8);
    atLeast(lines, "decode on two threads beside one" + machine, decoding, 1.8);
    lines.check();
  }

  private static Map<String, Times> inTurns(WeightPair pair, String... codecs) {
    List<Contender> contenders =
        Arrays.stream(codecs).map(codec -> Contender.named(codec, pair, 1)).toList();
    double[][] encode = new double[codecs.length][ROUNDS];
    double[][] decode = new double[codecs.length][ROUNDS];
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (int i = 0; i < codecs.length; i++) {
        int at = Math.max(0, round);
        long start = threads.getCurrentThreadCpuTime();
        contenders.get(i).encode();
        long middle = threads.getCurrentThreadCpuTime();
        contenders.get(i).decode();
        encode[i][at] = (middle - start) / 1e9;
        decode[i][at] = (threads.getCurrentThreadCpuTime() - middle) / 1e9;
        contenders.get(i).verify();
      }
    }
    Map<String, Times> times = new LinkedHashMap<>();
    for (int i = 0; i < codecs.length; i++) {
      times.put(
          codecs[i], new Times(TwoProcessors.median(encode[i]), TwoProcessors.median(decode[i])));
    }
    return times;
  }

  private static void atLeast(PassLines lines, String what, double measured, double mark) {
    lines.requireOfTime(
        measured >= mark,
        String.format(Locale.ROOT, "%s is %.4g; at least %.4g is asked.", what, measured, mark));
  }
}
