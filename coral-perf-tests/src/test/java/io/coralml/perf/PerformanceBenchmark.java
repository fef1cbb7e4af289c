package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.models.FloatFormat;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.ValueSource;

/** How long the everyday operations take on one tensor: save, load, delta encode, reconstruct. */
@Tag("performance")
@DisplayName("Performance")
class PerformanceBenchmark {
  private final TensorCodec codec = TensorCodec.of(Effort.BALANCED);
  private ScratchRepository scratch;
  private Snapshot snapshot;
  private Tensor base;
  private Tensor tuned;
  private Encoded delta;

  @BeforeEach
  void commitTheRealSample(Metrics metrics) {
    scratch = ScratchRepository.create();
    Map<String, Tensor> model = RealPair.base(FloatFormat.BF16);
    ModelStore.commit(scratch.repository(), "main", model);
    snapshot = scratch.repository().snapshot("main");
    base = model.get(RealPair.MATRIX);
    tuned = RealPair.tuned(FloatFormat.BF16).get(RealPair.MATRIX);
    delta = codec.encode(tuned, base);
    metrics.bytesPerOp(tuned.byteLength());
    assertThat(TensorCodec.decode(delta, base)).isEqualTo(tuned);
    assertThat(snapshot.tensor(RealPair.MATRIX)).isEqualTo(base);
  }

  @AfterEach
  void deleteIt() {
    scratch.close();
  }

  @CoralBenchmark
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Delta encode: a real bf16 tensor against the one it was tuned from")
  void encode(Blackhole blackhole) {
    blackhole.consume(codec.encode(tuned, base));
  }

  @CoralBenchmark
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Reconstruct: a real bf16 tensor from its delta")
  void reconstruct(Blackhole blackhole) {
    blackhole.consume(TensorCodec.decode(delta, base));
  }

  @CoralBenchmark
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Load: a real bf16 tensor from a repository, verified")
  void load(Blackhole blackhole) {
    blackhole.consume(snapshot.tensor(RealPair.MATRIX));
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Save and load a square f32 tensor, durably")
  @ValueSource(ints = {100, 500, 1000})
  void saveAndLoad(int side, Metrics metrics, ProfileSettings settings) throws Exception {
    byte[] bytes = new byte[side * side * Float.BYTES];
    SplittableRandom random = new SplittableRandom(settings.seed());
    ByteBuffer values = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      values.putFloat((float) (random.nextDouble() - 0.5));
    }
    Tensor tensor = Tensor.of(DType.F32, Shape.of(side, side), ByteBuffer.wrap(bytes));
    metrics.bytesPerOp(tensor.byteLength());
    metrics.time(
        "save_ns",
        () -> scratch.repository().transaction("main").put("square", tensor).commit("save"));
    Tensor loaded =
        metrics.timed("load_ns", () -> scratch.repository().snapshot("main").tensor("square"));
    assertThat(loaded).isEqualTo(tensor);
  }
}
