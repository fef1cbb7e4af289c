package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

@Label("What symbols cost")
class EntropyTest {

  @Property(tries = 200)
  @Label("counts on logarithms that are right to nine digits")
  void logarithm(
      @ForAll @DoubleRange(min = 1, max = 2) double mantissa,
      @ForAll @IntRange(min = -1000, max = 1000) int exponent) {
    double exact = exponent + StrictMath.log(mantissa) / StrictMath.log(2);
    assertThat(Entropy.log2(Math.scalb(mantissa, exponent))).isCloseTo(exact, within(2e-9));
  }
}
