package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.merge.MergeOutcome.Merged;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

@Label("Merge strategies, for any tensors")
class MergeStrategyProperties {
  private static final List<DType> FLOATS =
      DType.known().stream()
          .filter(dtype -> dtype.kind() == DType.Kind.FLOAT && dtype.signed())
          .toList();

  private static final List<String> ALL =
      List.of(
          "ours",
          "theirs",
          "fail",
          "average",
          "weighted:0.3,0.9",
          "slerp:0.3",
          "task-arithmetic:0.7",
          "ties:0.4,0.8",
          "dare:0.5,1.0,3",
          "ties:0.4,0.8/average/fail");

  /** A base and two sides that changed some of its elements. */
  record Trio(Tensor base, Tensor ours, Tensor theirs) {
    BothChanged change() {
      return new BothChanged("w", base, ours, theirs);
    }

    BothChanged swapped() {
      return new BothChanged("w", base, theirs, ours);
    }
  }

  private static TensorSource lazy(MergeStrategy strategy, BothChanged change) {
    MergeOutcome outcome = strategy.merge(change);
    assertThat(outcome).isInstanceOf(Merged.class);
    return ((Merged) outcome).tensor();
  }

  private static Tensor merged(MergeStrategy strategy, BothChanged change) {
    return Tensor.copyOf(lazy(strategy, change));
  }

  @Property(tries = 300)
  @Label("merging equal models changes nothing, bit for bit, whatever strategy and dtype")
  void equal(
      @ForAll("trios") Trio trio,
      @ForAll("anyDtype") Tensor any,
      @ForAll("strategies") String name) {
    MergeStrategy strategy = MergeStrategies.parse(name);
    Tensor copy = Tensor.of(trio.ours.dtype(), trio.ours.shape(), trio.ours.data());
    assertThat(merged(strategy, new BothChanged("w", trio.base, trio.ours, copy)))
        .isEqualTo(trio.ours);
    assertThat(merged(strategy, new BothChanged("w", null, any, any))).isEqualTo(any);
  }

  @Property(tries = 300)
  @Label("average, task arithmetic and TIES do not care which side is ours")
  void symmetric(@ForAll("trios") Trio trio) {
    for (String name :
        List.of("average", "task-arithmetic:0.7", "task-arithmetic:1", "ties:0.4,1")) {
      MergeStrategy strategy = MergeStrategies.parse(name);
      assertThat(merged(strategy, trio.swapped()))
          .as(name)
          .isEqualTo(merged(strategy, trio.change()));
    }
  }

  @Property(tries = 300)
  @Label("swapping the sides and the weights, or slerp's ends, changes nothing")
  void mirrored(@ForAll("trios") Trio trio, @ForAll @IntRange(min = 1, max = 9) int weight) {
    assertThat(merged(MergeStrategies.weighted(10 - weight, weight), trio.swapped()))
        .isEqualTo(merged(MergeStrategies.weighted(weight, 10 - weight), trio.change()));
    assertThat(merged(MergeStrategies.slerp(0.75), trio.swapped()))
        .isEqualTo(merged(MergeStrategies.slerp(0.25), trio.change()));
  }

  @Property(tries = 100)
  @Label("weights of 1 and 0, and slerp's ends, are the sides themselves")
  void ends(@ForAll("trios") Trio trio, @ForAll("anyDtype") Tensor any) {
    assertThat(merged(MergeStrategies.weighted(1, 0), trio.change())).isEqualTo(trio.ours);
    assertThat(merged(MergeStrategies.weighted(0, 1), trio.change())).isEqualTo(trio.theirs);
    assertThat(merged(MergeStrategies.slerp(0), trio.change())).isEqualTo(trio.ours);
    assertThat(merged(MergeStrategies.slerp(1), trio.change())).isEqualTo(trio.theirs);
    assertThat(merged(MergeStrategies.slerp(1), new BothChanged("w", null, trio.ours, any)))
        .isEqualTo(any);
  }

  @Property(tries = 300)
  @Label("a weighted mean lies between the elements it is the mean of")
  void between(
      @ForAll("trios") Trio trio, @ForAll @DoubleRange(min = 0.01, max = 5) double weight) {
    double[] mean = values(merged(MergeStrategies.weighted(weight, 1), trio.change()));
    double[] ours = values(trio.ours);
    double[] theirs = values(trio.theirs);
    for (int i = 0; i < mean.length; i++) {
      if (!Double.isNaN(ours[i]) && !Double.isNaN(theirs[i]) && !Double.isNaN(mean[i])) {
        assertThat(mean[i]).isBetween(Math.min(ours[i], theirs[i]), Math.max(ours[i], theirs[i]));
      } else {
        assertThat(Double.isFinite(ours[i]) && Double.isFinite(theirs[i])).isFalse();
      }
    }
  }

  @Property(tries = 300)
  @Label("changes of different elements combine exactly: each element gets its changer's bits")
  void disjoint(@ForAll("trios") Trio trio) {
    Tensor ours = everyOther(trio.base, trio.ours, 0);
    Tensor theirs = everyOther(trio.base, trio.theirs, 1);
    Tensor both = everyOther(ours, theirs, 1);
    for (String name : List.of("task-arithmetic:1", "ties:1,1", "dare:0,1,5")) {
      assertThat(merged(MergeStrategies.parse(name), new BothChanged("w", trio.base, ours, theirs)))
          .as(name)
          .isEqualTo(ours.equals(theirs) ? ours : nanSafe(name, trio.base, ours, theirs, both));
    }
  }

  /** TIES elects a sign, which a NaN has not: such elements become the canonical NaN. */
  private static Tensor nanSafe(
      String name, Tensor base, Tensor ours, Tensor theirs, Tensor expected) {
    if (!name.startsWith("ties")) {
      return expected;
    }
    FloatFormat format = FloatFormat.of(base.dtype());
    return map(
        expected,
        (i, bits) -> {
          double mine = ChangeSum.change(format, bits(base, i), bits(ours, i));
          double others = ChangeSum.change(format, bits(base, i), bits(theirs, i));
          if (Double.isNaN(mine + others)) {
            return format.encode(Double.NaN);
          }
          return mine + others == 0 ? bits(base, i) : bits;
        });
  }

  @Property(tries = 200)
  @Label("any range of a merged tensor reads the same as the whole does")
  void ranges(
      @ForAll("trios") Trio trio,
      @ForAll("strategies") String name,
      @ForAll @DoubleRange(min = 0, max = 1) double from,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    MergeStrategy strategy = MergeStrategies.parse(name).orElse(MergeStrategies.ours());
    TensorSource result = lazy(strategy, trio.change());
    Tensor whole = Tensor.copyOf(result);
    int start = (int) (from * result.byteLength());
    ByteBuffer part = ByteBuffer.allocate((int) (share * (result.byteLength() - start)));
    result.read(start, part);
    assertThat(part.flip()).isEqualTo(whole.data().slice(start, part.remaining()));
    assertThat(result.id()).isEqualTo(whole.id());
  }

  @Property(tries = 100)
  @Label("slerp keeps the length of vectors of equal length")
  void length(
      @ForAll("directions") double[] one,
      @ForAll("directions") double[] other,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double t) {
    Tensor ours = Tensor.of(unit(one));
    Tensor theirs = Tensor.of(unit(other));
    TensorComparison apart = TensorComparison.of(ours, theirs);
    double[] result =
        values(merged(MergeStrategies.slerp(t), new BothChanged("w", null, ours, theirs)));
    if (Math.abs(apart.cosine()) < 0.999) {
      assertThat(norm(result)).isCloseTo(1, within(1e-9));
    }
  }

  @Property(tries = 100)
  @Label("TIES keeps exactly what sorting by magnitude would keep")
  void trimming(
      @ForAll("trios") Trio trio, @ForAll @DoubleRange(min = 0.01, max = 1) double density) {
    FloatFormat format = FloatFormat.of(trio.base.dtype());
    int count = (int) trio.base.shape().elements();
    double[] magnitudes = new double[count];
    for (int i = 0; i < count; i++) {
      magnitudes[i] = Math.abs(ChangeSum.change(format, bits(trio.base, i), bits(trio.ours, i)));
    }
    double[] sorted = magnitudes.clone();
    Arrays.sort(sorted);
    LargestChanges largest = LargestChanges.of(trio.base, trio.ours, density);
    for (int i = 0; i < count; i++) {
      double smallestKept = sorted[count - Math.max(1, (int) Math.ceil(density * count))];
      boolean kept = Double.compare(magnitudes[i], smallestKept) >= 0;
      assertThat(Double.compare(largest.trim(magnitudes[i]), kept ? magnitudes[i] : 0)).isZero();
    }
  }

  @Provide
  Arbitrary<String> strategies() {
    return Arbitraries.of(ALL);
  }

  @Provide
  Arbitrary<double[]> directions() {
    return Arbitraries.doubles().between(-1, 1).array(double[].class).ofSize(5);
  }

  @Provide
  Arbitrary<Trio> trios() {
    return Combinators.combine(
            Arbitraries.of(FLOATS),
            Arbitraries.integers().between(0, 70),
            Arbitraries.of(true, false),
            Arbitraries.randomValue(Random::nextLong))
        .as(MergeStrategyProperties::trio);
  }

  @Provide
  Arbitrary<Tensor> anyDtype() {
    List<DType> aligned = DType.known().stream().filter(DType::isByteAligned).toList();
    return Combinators.combine(
            Arbitraries.of(aligned), Arbitraries.integers().between(0, 20), Arbitraries.bytes())
        .as(
            (dtype, count, fill) -> {
              byte[] bytes = new byte[count * dtype.bytes()];
              new Random(fill).nextBytes(bytes);
              return Tensor.of(dtype, Shape.of(count), ByteBuffer.wrap(bytes));
            });
  }

  /** Either any bits at all, or weights of ordinary size. */
  private static Trio trio(DType dtype, int count, boolean wild, long seed) {
    Random random = new Random(seed);
    FloatFormat format = FloatFormat.of(dtype);
    Tensor start = Tensor.of(dtype, Shape.of(count), ByteBuffer.allocate(count * dtype.bytes()));
    Tensor base = map(start, (i, bits) -> element(format, wild, random));
    Tensor ours =
        map(base, (i, bits) -> random.nextInt(3) == 0 ? bits : element(format, wild, random));
    Tensor theirs =
        map(base, (i, bits) -> random.nextInt(3) == 0 ? bits : element(format, wild, random));
    return new Trio(base, ours, theirs);
  }

  private static long element(FloatFormat format, boolean wild, Random random) {
    return wild
        ? random.nextLong() >>> (Long.SIZE - format.dtype().bits())
        : format.encode(random.nextGaussian());
  }

  private static Tensor everyOther(Tensor even, Tensor odd, int parity) {
    return map(even, (i, bits) -> i % 2 == parity ? bits(odd, i) : bits);
  }

  private static Tensor map(Tensor tensor, ElementMap map) {
    int width = tensor.dtype().bytes();
    ByteBuffer result =
        ByteBuffer.allocate((int) tensor.byteLength()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tensor.shape().elements(); i++) {
      Elements.put(result, width, i, map.bits(i, bits(tensor, i)));
    }
    return Tensor.of(tensor.dtype(), tensor.shape(), result);
  }

  private interface ElementMap {
    long bits(int index, long bits);
  }

  private static long bits(Tensor tensor, int index) {
    return Elements.get(tensor.data(), tensor.dtype().bytes(), index);
  }

  private static double[] values(Tensor tensor) {
    FloatFormat format = FloatFormat.of(tensor.dtype());
    double[] values = new double[(int) tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = format.decode(bits(tensor, i));
    }
    return values;
  }

  private static double[] unit(double[] values) {
    double norm = norm(values);
    double[] unit = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      unit[i] = norm == 0 ? (i == 0 ? 1 : 0) : values[i] / norm;
    }
    return unit;
  }

  private static double norm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
