package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The limit")
class EntropyTest {

  @Test
  @DisplayName("of a uniform f32 within a power of two is 26 bits: each binade adds one to 24")
  void uniform() {
    assertThat(Entropy.uniform(0.5, FloatFormat.F32)).isEqualTo(26, within(0.01));
    assertThat(Entropy.uniform(0.5, FloatFormat.BF16)).isEqualTo(10, within(0.01));
  }

  @Test
  @DisplayName("of an event is a bit when it is even, nothing when it is certain")
  void event() {
    assertThat(Entropy.event(0.5)).isEqualTo(1, within(1e-12));
    assertThat(Entropy.event(1)).isZero();
    assertThat(Entropy.event(0.001)).isEqualTo(0.0114, within(0.0001));
  }

  @Test
  @DisplayName("of an update far below the spacing is almost nothing, of one far above as smooth")
  void noise() {
    assertThat(Entropy.noise(1.5, 1e-5, FloatFormat.BF16)).isLessThan(1e-6);
    double spacing = Math.scalb(1.0, -7);
    // On both sides of the border between summing and the formula the two must agree.
    double summed = Entropy.noise(1.5, 15.9 * spacing, FloatFormat.BF16);
    double formula = Math.log(15.9 * Math.sqrt(2 * Math.PI * Math.E)) / Math.log(2);
    assertThat(summed).isEqualTo(formula, within(0.01));
  }

  @Test
  @DisplayName("of an update across a power of two takes the spacings of both sides")
  void bothSides() {
    // Half of the outcomes lie 2^-24 apart, below 1, and half of them 2^-23.
    double bits = Math.log(0.01 * Math.sqrt(2 * Math.PI * Math.E)) / Math.log(2) + 23.5;
    assertThat(Entropy.noise(1, 0.01, FloatFormat.F32)).isEqualTo(bits, within(0.001));
  }

  @Test
  @DisplayName("of an update of some spacings is the sum over the values it may end at")
  void summed() {
    double spacing = Math.scalb(1.0, -7);
    double sd = 1.3 * spacing;
    NormalDistribution noise = NormalDistribution.of(0, sd);
    double bits = 0;
    for (int step = -20; step <= 20; step++) { // all within the power of two around 1.5
      double p = noise.probability((step - 0.5) * spacing, (step + 0.5) * spacing);
      bits -= p <= 0 ? 0 : p * Math.log(p) / Math.log(2);
    }
    assertThat(Entropy.noise(1.5, sd, FloatFormat.BF16)).isEqualTo(bits, within(1e-9));
  }

  @ParameterizedTest(name = "{0} of bf16, {1}")
  @CsvSource({"uniform, 0.125", "normal, 0.05"})
  @DisplayName("is what counting a large sample converges to")
  void againstCounts(String kind, double scale) {
    Initialisation drawn =
        kind.equals("uniform")
            ? new Initialisation.Uniform(scale)
            : new Initialisation.Normal(scale);
    int count = 1 << 20;
    ByteBuffer bytes = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    drawn.tensor(FloatFormat.BF16, Shape.of(count), Randomness.of(7, kind)).read(0, bytes);
    Map<Short, Integer> counts = new HashMap<>();
    bytes.flip();
    while (bytes.hasRemaining()) {
      counts.merge(bytes.getShort(), 1, Integer::sum);
    }
    double bits =
        counts.values().stream()
            .mapToDouble(n -> (double) n / count * Math.log((double) count / n) / Math.log(2))
            .sum();
    // A sample's own histogram flatters by about (values - 1) / (2 n ln 2) bits.
    double flattery = (counts.size() - 1) / (2 * count * Math.log(2));
    assertThat(bits + flattery).isEqualTo(drawn.bitsPerElement(FloatFormat.BF16), within(0.02));
  }

  @Test
  @DisplayName("of noise on a known value is what counting a large sample converges to")
  void noiseAgainstCounts() {
    Randomness random = Randomness.of(7, "noise");
    double value = FloatFormat.BF16.round(0.02);
    double sd = 0.0002;
    Map<Double, Integer> counts = new HashMap<>();
    int count = 1 << 18;
    for (int i = 0; i < count; i++) {
      counts.merge(FloatFormat.BF16.round(value + sd * random.normal(i)), 1, Integer::sum);
    }
    double bits =
        counts.values().stream()
            .mapToDouble(n -> (double) n / count * Math.log((double) count / n) / Math.log(2))
            .sum();
    assertThat(bits).isEqualTo(Entropy.noise(value, sd, FloatFormat.BF16), within(0.01));
  }
}
