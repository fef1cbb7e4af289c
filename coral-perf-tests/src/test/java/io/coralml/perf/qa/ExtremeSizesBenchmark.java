package io.coralml.perf.qa;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.ScratchRepository;
import io.coralml.perf.models.PatternSource;
import io.coralml.perf.models.Streams;
import io.coralml.repository.Repository;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Category 7: tensors at the edge of what there is. The large ones are generated as they are read
 * and compared as they are generated, so they need no memory of their own; they are skipped all the
 * same when they exceed half of the machine's, as the category has it.
 */
@Tag("qa")
@Tag("qa-07")
@DisplayName("QA 7, extreme tensor sizes")
class ExtremeSizesBenchmark {
  static Stream<Arguments> oddShapes() {
    return Stream.of(
        Arguments.of(Shape.scalar()),
        Arguments.of(Shape.of(0)),
        Arguments.of(Shape.of(3, 0, 5)),
        Arguments.of(Shape.of(1, 1_000_000)),
        Arguments.of(Shape.of(1_000_000, 1)));
  }

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("0-d, empty and thin tensors")
  @MethodSource("oddShapes")
  void odd(Shape shape, Metrics metrics, ProfileSettings settings) throws Exception {
    roundTrip(shape, metrics, settings);
  }

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("The largest square of the profile")
  void largest(Metrics metrics, ProfileSettings settings) throws Exception {
    int side = Sizes.one(settings, 2000, 10_000, 15_000, 20_000).record(metrics).largest();
    roundTrip(Shape.of(side, side), metrics, settings);
  }

  private static void roundTrip(Shape shape, Metrics metrics, ProfileSettings settings)
      throws Exception {
    TensorSource tensor = new PatternSource(DType.F32, shape, settings.seed());
    Room.requireMemory(tensor.byteLength());
    Room.requireDisk(tensor.byteLength());
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      metrics.time(
          "store_ns", () -> repository.transaction("main").put("t", tensor).commit("save"));
      TensorSource back = repository.snapshot("main").source("t");
      assertThat(back.dtype()).isEqualTo(DType.F32);
      assertThat(back.shape()).isEqualTo(shape);
      long different = metrics.timed("verify_ns", () -> Streams.differentBytes(tensor, back));
      metrics.rawBytes(tensor.byteLength());
      metrics.storedBytes(scratch.bytesOnDisk());
      metrics.addCount("mismatched_elements", different, Better.LOWER);
      assertThat(different).as("bytes that differ").isZero();
    }
  }
}
