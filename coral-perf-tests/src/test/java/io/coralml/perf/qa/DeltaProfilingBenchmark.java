package io.coralml.perf.qa;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.Bits;
import io.coralml.tensor.Tensor;
import io.qameta.allure.Allure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;

/** Category 5: where delta encoding spends its time, at every effort. */
@Tag("qa")
@Tag("qa-05")
@DisplayName("QA 5, delta encoding profiling")
class DeltaProfilingBenchmark {
  private static final double SIMILARITY = 0.98;
  private static final int COPIES = 8;
  private static final int OF_ROW = 20;

  @TempDir Path folder;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Delta encoding and decoding under a sampling profiler")
  @EnumSource(Effort.class)
  void profile(Effort effort, Metrics metrics, ProfileSettings settings) throws Exception {
    int side = Sizes.one(settings, 500, 1000, 2000, 2000).record(metrics).largest();
    int tensors = settings.choose(4, 10, OF_ROW, OF_ROW);
    Sizes.record(metrics, "tensors", tensors, OF_ROW);
    Room.requireHeap((COPIES + tensors) * (long) side * side * Float.BYTES);
    Tensor base = Squares.random(side, settings.seed());
    List<Tensor> similar =
        java.util.stream.IntStream.rangeClosed(1, tensors)
            .mapToObj(i -> Squares.similar(base, SIMILARITY, settings.seed() + i))
            .toList();
    SampledProfile profile = new SampledProfile(folder.resolve("profile.jfr"));
    long start = System.nanoTime();
    long mismatched = profile.record(() -> roundTrips(effort, similar, base, metrics));
    double nanos = System.nanoTime() - start;
    attach(effort, profile, metrics);
    metrics.value(
        "round_trip_mb_per_s",
        base.byteLength() * tensors / 1e6 / (nanos / 1e9),
        "MB/s",
        Better.HIGHER);
    metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
    assertThat(mismatched).as("elements that differ").isZero();
  }

  private static long roundTrips(
      Effort effort, List<Tensor> tensors, Tensor base, Metrics metrics) {
    long mismatched = 0;
    for (Tensor tensor : tensors) {
      Encoded encoded = TensorCodec.of(effort).encode(tensor, base);
      mismatched += Bits.mismatches(tensor, TensorCodec.decode(Encoded.of(encoded.bytes()), base));
      metrics.rawBytes(tensor.byteLength());
      metrics.storedBytes(encoded.length());
    }
    return mismatched;
  }

  private static void attach(Effort effort, SampledProfile profile, Metrics metrics)
      throws IOException {
    List<SampledProfile.Line> lines = profile.hottest();
    assertThat(profile.bytes()).as("bytes of the recording").isPositive();
    metrics.addBytes("profile_bytes", profile.bytes(), Better.NEITHER);
    metrics.addCount("profile_samples", profile.samples(), Better.NEITHER);
    if (!lines.isEmpty()) {
      metrics.value("hottest_percent", lines.get(0).percent(), "%", Better.NEITHER);
    }
    Allure.addAttachment("hottest methods, " + effort, "text/plain", profile.text());
    profile.keep("delta-" + effort);
  }
}
