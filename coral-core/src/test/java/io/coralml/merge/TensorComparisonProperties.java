package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

@Label("Comparing two tensors, for any tensors")
class TensorComparisonProperties {

  /** Two tensors of one dtype and shape. */
  record Pair(Tensor before, Tensor after) {}

  @Property(tries = 300)
  @Label("counts exactly the elements of which a bit differs")
  void changed(@ForAll("anyBits") Pair pair) {
    int width = pair.before.dtype().bytes();
    byte[] one = bytes(pair.before);
    byte[] other = bytes(pair.after);
    long expected = 0;
    for (int at = 0; at < one.length; at += width) {
      expected += Arrays.equals(one, at, at + width, other, at, at + width) ? 0 : 1;
    }
    TensorComparison result = TensorComparison.of(pair.before, pair.after);
    assertThat(result.changed()).isEqualTo(expected);
    assertThat(result.elements()).isEqualTo(one.length / width);
    assertThat(result.relativeL2()).isNotNaN().isNotNegative();
    assertThat(result.largestChange()).isNotNaN().isNotNegative().isFinite();
    assertThat(result.cosine()).isBetween(-1.0, 1.0);
  }

  @Property(tries = 300)
  @Label("does not care about the order, except for what the change is relative to")
  void symmetric(@ForAll("anyBits") Pair pair) {
    TensorComparison there = TensorComparison.of(pair.before, pair.after);
    TensorComparison back = TensorComparison.of(pair.after, pair.before);
    assertThat(back.changed()).isEqualTo(there.changed());
    assertThat(back.nonFinite()).isEqualTo(there.nonFinite());
    assertThat(back.largestChange()).isEqualTo(there.largestChange());
    assertThat(back.cosine()).isEqualTo(there.cosine());
  }

  @Property(tries = 200)
  @Label("agrees with arithmetic of 60 digits")
  void exact(@ForAll("vectors") double[] before, @ForAll("vectors") double[] after) {
    MathContext digits = new MathContext(60);
    BigDecimal beforeSquared = BigDecimal.ZERO;
    BigDecimal afterSquared = BigDecimal.ZERO;
    BigDecimal changeSquared = BigDecimal.ZERO;
    BigDecimal product = BigDecimal.ZERO;
    for (int i = 0; i < before.length; i++) {
      BigDecimal a = new BigDecimal(before[i]);
      BigDecimal b = new BigDecimal(after[i]);
      beforeSquared = beforeSquared.add(a.multiply(a));
      afterSquared = afterSquared.add(b.multiply(b));
      changeSquared = changeSquared.add(b.subtract(a).pow(2));
      product = product.add(a.multiply(b));
    }
    TensorComparison result = TensorComparison.of(Tensor.of(before), Tensor.of(after));
    if (beforeSquared.signum() > 0 && afterSquared.signum() > 0) {
      double ratio = changeSquared.divide(beforeSquared, digits).sqrt(digits).doubleValue();
      assertThat(result.relativeL2()).isCloseTo(ratio, within(ratio * 1e-14));
      BigDecimal norms = beforeSquared.multiply(afterSquared).sqrt(digits);
      assertThat(result.cosine())
          .isCloseTo(product.divide(norms, digits).doubleValue(), within(1e-14));
    }
  }

  @Property(tries = 100)
  @Label("does not depend on a common power of two, however large or small")
  void scaled(
      @ForAll("vectors") double[] before,
      @ForAll("vectors") double[] after,
      @ForAll @IntRange(min = -900, max = 900) int exponent) {
    TensorComparison plain = TensorComparison.of(Tensor.of(before), Tensor.of(after));
    TensorComparison other =
        TensorComparison.of(Tensor.of(times(before, exponent)), Tensor.of(times(after, exponent)));
    assertThat(other.changed()).isEqualTo(plain.changed());
    assertThat(other.relativeL2())
        .isCloseTo(plain.relativeL2(), within(1e-12 * plain.relativeL2()));
    assertThat(other.cosine()).isCloseTo(plain.cosine(), within(1e-12));
  }

  private static double[] times(double[] values, int exponent) {
    double[] scaled = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = Math.scalb(values[i], exponent);
    }
    return scaled;
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[(int) tensor.byteLength()];
    tensor.data().get(bytes);
    return bytes;
  }

  @Provide
  Arbitrary<double[]> vectors() {
    // Multiples of 2^-20 up to 4: scaling by any power of two here stays exact.
    return Arbitraries.integers()
        .between(-(1 << 22), 1 << 22)
        .map(step -> step * 0x1p-20)
        .array(double[].class)
        .ofSize(12);
  }

  @Provide
  Arbitrary<Pair> anyBits() {
    List<DType> aligned = DType.known().stream().filter(DType::isByteAligned).toList();
    return Combinators.combine(
            Arbitraries.of(aligned),
            Arbitraries.integers().between(0, 40),
            Arbitraries.randomValue(Random::nextLong))
        .as(TensorComparisonProperties::pair);
  }

  private static Pair pair(DType dtype, int count, long seed) {
    Random random = new Random(seed);
    byte[] before = new byte[count * dtype.bytes()];
    random.nextBytes(before);
    byte[] after = before.clone();
    for (int i = 0; i < after.length; i++) {
      after[i] = (byte) (random.nextInt(6) == 0 ? random.nextInt() : after[i]);
    }
    return new Pair(
        Tensor.of(dtype, Shape.of(count), ByteBuffer.wrap(before)),
        Tensor.of(dtype, Shape.of(count), ByteBuffer.wrap(after)));
  }
}
