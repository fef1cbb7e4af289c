package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.models.FloatFormat;
import io.coralml.repository.Repository;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whether what comes back is what was put: every bit of every dtype, through every way of storing
 * it.
 */
@Tag("accuracy")
@DisplayName("Accuracy")
class AccuracyBenchmark {
  private static final int ELEMENTS = 4096;

  @TempDir Path folder;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Random bits of every dtype, alone and as a delta, at every effort")
  @MethodSource("dtypes")
  void everyDtype(DType dtype, Metrics metrics, ProfileSettings settings) {
    Tensor base = randomBits(dtype, settings.seed());
    Tensor near = nearby(base, settings.seed() + 1);
    for (Effort effort : Effort.values()) {
      for (Tensor target : new Tensor[] {base, near}) {
        roundTrip(effort, target, null, metrics);
        roundTrip(effort, target, base, metrics);
      }
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("The real sample through commit, checkout and export")
  @EnumSource(FloatFormat.class)
  void realSample(FloatFormat format, Metrics metrics) {
    Map<String, Tensor> base = RealPair.base(format);
    Map<String, Tensor> tuned = RealPair.tuned(format);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      String first = ModelStore.commit(repository, "main", base).toString();
      ModelStore.commit(repository, "main", tuned);
      Bits.requireExact(repository.snapshot(first), base, metrics);
      Bits.requireExact(repository.snapshot("main"), tuned, metrics);
      Path exported = folder.resolve("exported-" + format + ".safetensors");
      Safetensors.write(exported, repository.snapshot("main").sources(), Map.of());
      requireExact(exported, tuned, metrics);
    }
  }

  private static void requireExact(Path file, Map<String, Tensor> expected, Metrics metrics) {
    try (TensorFile exported = Safetensors.open(file)) {
      assertThat(exported.names()).containsExactlyInAnyOrderElementsOf(expected.keySet());
      long mismatched = 0;
      for (String name : expected.keySet()) {
        mismatched += Bits.mismatches(expected.get(name), exported.tensor(name));
      }
      metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
      assertThat(mismatched).isZero();
    }
  }

  private static void roundTrip(
      Effort effort, Tensor target, @Nullable Tensor base, Metrics metrics) {
    Encoded encoded = TensorCodec.of(effort).encode(target, base);
    Tensor decoded = TensorCodec.decode(Encoded.of(encoded.bytes()), base);
    long mismatched = Bits.mismatches(target, decoded);
    metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
    metrics.addCount("round_trips", 1, Better.NEITHER);
    metrics.rawBytes(target.byteLength());
    metrics.storedBytes(encoded.length());
    assertThat(mismatched).as("elements of %s at %s", target, effort).isZero();
  }

  static Stream<DType> dtypes() {
    return Stream.concat(DType.known().stream(), Stream.of(DType.named("FUTURE")));
  }

  /**
   * Every bit pattern is as likely as any other: NaN payloads, infinities, subnormals and both
   * zeros among them.
   */
  private static Tensor randomBits(DType dtype, long seed) {
    int bits = dtype.isSized() ? dtype.bits() : 8;
    byte[] bytes = new byte[ELEMENTS * bits / 8];
    new SplittableRandom(seed).nextBytes(bytes);
    return Tensor.of(dtype, Shape.of(ELEMENTS), ByteBuffer.wrap(bytes));
  }

  /** The same tensor with about one byte in 16 moved by one. */
  private static Tensor nearby(Tensor tensor, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new byte[(int) tensor.byteLength()];
    tensor.data().get(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] += (byte) (random.nextInt(16) == 0 ? 1 : 0);
    }
    return Tensor.of(tensor.dtype(), tensor.shape(), ByteBuffer.wrap(bytes));
  }
}
