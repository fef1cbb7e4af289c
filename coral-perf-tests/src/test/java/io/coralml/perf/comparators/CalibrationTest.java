package io.coralml.perf.comparators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The comparators are calibrated:")
class CalibrationTest {

  @ParameterizedTest
  @EnumSource
  @DisplayName("on the whole real pair, when it is present, they reach the ratios known for them")
  void knownRatios(FloatFormat format) {
    WeightPair pair = WeightPair.whole(format);
    // zstd-19 takes minutes on the whole pair and runs the same code as zstd-1.
    Stream<ReferenceCodec> quickOnes =
        ReferenceCodec.all(format).stream().filter(codec -> !codec.name().endsWith("19"));
    quickOnes.forEach(
        codec -> {
          OptionalDouble known = Calibration.known(codec.name(), format);
          if (known.isPresent()) {
            double ratio =
                (double) pair.rawBytes() / Contender.named(codec.name(), pair, 1).encode();
            assertThat(ratio / known.getAsDouble())
                .as(codec.name())
                .isEqualTo(1, within(Calibration.TOLERANCE));
          }
        });
  }

  @Test
  @DisplayName("the exponent split saves on normal bf16 weights what is published for it")
  void exponentSplit() {
    WeightPair pair = WeightPair.update(FloatFormat.BF16, 0.01, 128, 3);
    double ratio =
        (double) pair.rawBytes() / Contender.named("exponent split + Huffman", pair, 1).encode();
    double known = Calibration.known("exponent split + Huffman", FloatFormat.BF16).orElseThrow();
    assertThat(ratio / known).isEqualTo(1, within(Calibration.TOLERANCE));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("the range coder comes within 2 % of the entropy of its symbols")
  void rangeCoder(FloatFormat format) {
    WeightPair pair = WeightPair.sample(format);
    byte[] base = WeightPair.concatenated(pair.base());
    byte[] target = WeightPair.concatenated(pair.target());
    double ideal = RangeCoder.idealBytes(format, target, base);
    double stored = Contender.named("range coder on differences", pair, 1).encode();
    // Below 1 is possible: the coder adapts, the ideal has one table for all.
    assertThat(stored / ideal).isEqualTo(1, within(Calibration.TOLERANCE));
  }
}
