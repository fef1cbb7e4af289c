package io.coralml.perf.lossy;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import io.coralml.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How few bytes methods need that lose something, and how much they lose. The tag keeps them out of
 * every table of lossless methods. That nothing is lost here is as much a defect as that more is
 * lost than the method's own bound.
 */
@Tag("compression")
@Tag("lossy")
@DisplayName("Lossy methods")
class LossyBenchmark {
  private static final int SIDE = 500;
  private static final float BOUND = 0.05f;

  static Stream<Arguments> updates() {
    return Stream.of(LossyMethod.values())
        .flatMap(method -> Stream.of(0.01, 0.001).map(share -> Arguments.of(method, share)));
  }

  @CoralBenchmark(suite = "compression", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Uniform F32 weights, each updated by noise of a share of their size")
  @MethodSource("updates")
  void update(LossyMethod method, double share, Metrics metrics, ProfileSettings settings) {
    Random random = new Random(settings.seed());
    int side = settings.measured() ? SIDE : SIDE / 10;
    float[] base = new float[side * side];
    float[] tuned = new float[base.length];
    for (int i = 0; i < base.length; i++) {
      base[i] = (2 * random.nextFloat() - 1) * BOUND;
      tuned[i] = (float) (base[i] + random.nextGaussian() * share * BOUND);
    }
    store(method, List.of(base), List.of(tuned), metrics);
  }

  @CoralBenchmark(suite = "compression", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("The real fine-tune's sample, F32")
  @EnumSource(
      value = LossyMethod.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = "FLOAT_DIFFERENCE") // these weights have 11 bits, so that no difference is rounded
  void realFineTune(LossyMethod method, Metrics metrics) {
    WeightPair pair = WeightPair.sample(FloatFormat.F32);
    store(method, floats(pair.base()), floats(pair.target()), metrics);
  }

  private static List<float[]> floats(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::toFloats).toList();
  }

  private static void store(
      LossyMethod method, List<float[]> base, List<float[]> tuned, Metrics metrics) {
    long elements = 0;
    long altered = 0;
    double worst = 0;
    for (int i = 0; i < tuned.size(); i++) {
      float[] put = tuned.get(i);
      LossyMethod.Stored stored = method.store(base.get(i), put);
      double error = 0;
      for (int j = 0; j < put.length; j++) {
        altered += Float.compare(put[j], stored.back().get(j)) == 0 ? 0 : 1;
        error = Math.max(error, Math.abs((double) put[j] - stored.back().get(j)));
      }
      assertThat(error).as("largest error of tensor %d", i).isLessThanOrEqualTo(stored.bound());
      worst = Math.max(worst, error);
      elements += put.length;
      metrics.rawBytes((long) put.length * Float.BYTES);
      metrics.storedBytes(stored.bytes());
    }
    metrics.value("altered_percent", 100.0 * altered / elements, "%", Better.LOWER);
    metrics.value("largest_error", worst, "1", Better.LOWER);
    assertThat(altered).as("elements that %s alters", method).isPositive();
  }

  @ParameterizedTest
  @EnumSource(LossyMethod.class)
  @DisplayName("a bound that a method promises holds for one element too")
  void bounds(LossyMethod method) {
    float[] base = {0.1f, -0.2f, 0, 3e-5f};
    float[] tuned = {0.1003f, -0.20001f, 1e-7f, 2.9e-5f};
    LossyMethod.Stored stored = method.store(base, tuned);
    for (int i = 0; i < base.length; i++) {
      assertThat(Math.abs((double) tuned[i] - stored.back().get(i)))
          .isLessThanOrEqualTo(stored.bound());
    }
  }
}
