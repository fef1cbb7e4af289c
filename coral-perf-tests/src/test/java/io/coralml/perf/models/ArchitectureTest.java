package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An architecture")
class ArchitectureTest {

  @Test
  @DisplayName("has the parameters its description says")
  void sizes() {
    assertThat(Architecture.smallCnn().elements()).isEqualTo(25_578);
    assertThat(Architecture.mediumMlp().elements()).isEqualTo(567_434);
    assertThat(Architecture.resNet(64).elements()).isBetween(11_680_000L, 11_710_000L);
    assertThat(Architecture.uNet(64).elements()).isBetween(31_000_000L, 31_100_000L);
    assertThat(Architecture.transformer(12, 768, 0).elements()).isEqualTo(12 * 7_087_872L);
    assertThat(Architecture.rnn(2, 128, 256).elements()).isEqualTo(954_496);
  }

  @Test
  @DisplayName("of a billion parameters is read in pieces, any piece at any time")
  void streamed() {
    Model model = Architecture.transformer(80, 1024, 0).initialised(FloatFormat.F32, 1);
    assertThat(model.parameters()).isGreaterThan(1_000_000_000L);
    TensorSource last = Objects.requireNonNull(model.tensors().get("layers.79.linear2.weight"));
    ByteBuffer whole = ByteBuffer.allocate(1 << 17);
    last.read(last.byteLength() - (1 << 17), whole);
    ByteBuffer odd = ByteBuffer.allocate(1001);
    last.read(last.byteLength() - 1003, odd);
    assertThat(odd.flip()).isEqualTo(whole.slice((1 << 17) - 1003, 1001));
  }

  @Test
  @DisplayName("is initialised within 1/sqrt(fan-in), evenly")
  void uniform() {
    Model model = Architecture.mediumMlp().initialised(FloatFormat.F32, 5);
    TensorSource weight = Objects.requireNonNull(model.tensors().get("fc1.weight"));
    float[] values = Tensor.copyOf(weight).toFloats();
    double squares = 0;
    double sum = 0;
    for (float value : values) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo(1 / 28f);
      squares += (double) value * value;
      sum += value;
    }
    double variance = 1 / (3.0 * 784);
    assertThat(squares / values.length).isEqualTo(variance, within(variance * 0.01));
    assertThat(sum / values.length).isEqualTo(0, within(0.0002));
  }

  @Test
  @DisplayName("gives these bits on every machine: golden identities, computed by another program")
  void golden() {
    Model cnn = Architecture.smallCnn().initialised(FloatFormat.F32, 42);
    TensorSource weight = Objects.requireNonNull(cnn.tensors().get("conv1.weight"));
    assertThat(weight.id())
        .hasToString("4965d464b87a86dcdd7fbae1d601e48939f8961f03016bd75ec4ea0685831165");
    Model noisy = Variations.noise(cnn, "noisy", 0.01, 42);
    TensorSource changed = Objects.requireNonNull(noisy.tensors().get("conv1.weight"));
    assertThat(changed.id())
        .hasToString("0bda5a2dfc58221394c02ed3d7f71490f539ba3b2bc244ab3e6af838a58be7a2");
  }
}
