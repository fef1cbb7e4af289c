package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.perf.laws.ReportedSeed;
import io.coralml.tensor.Tensor;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/**
 * Reconstruction is bit-perfect for any floats, the difficult ones among them more often than
 * chance would have it.
 */
@Tag("accuracy")
@Label("Bit-perfect reconstruction")
@AddLifecycleHook(ReportedSeed.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE) // the arbitraries have them already
class BitPerfectProperties {
  /** Signalling and quiet NaNs with payloads, infinities, both zeros, subnormals, extremes. */
  private static final Integer[] DIFFICULT = {
    0x7fc00000,
    0x7fc00001,
    0x7f800001,
    0xffbfffff,
    0x7f800000,
    0xff800000,
    0x00000000,
    0x80000000,
    0x00000001,
    0x80000001,
    0x007fffff,
    0x807fffff,
    0x00800000,
    0x7f7fffff,
    0xff7fffff
  };

  @Property
  @Label("holds for floats stored alone, at every effort")
  void alone(@ForAll("bits") List<Integer> bits, @ForAll Effort effort) {
    Tensor tensor = tensor(bits);
    Encoded encoded = TensorCodec.of(effort).encode(tensor, null);
    assertThat(TensorCodec.decode(Encoded.of(encoded.bytes()), null)).isEqualTo(tensor);
  }

  @Property
  @Label("holds for floats stored as a delta from any base, at every effort")
  void delta(@ForAll("pairs") Tuple2<List<Integer>, List<Integer>> pair, @ForAll Effort effort) {
    Tensor base = tensor(pair.get1());
    Tensor target = tensor(pair.get2());
    Encoded encoded = TensorCodec.of(effort).encode(target, base);
    assertThat(TensorCodec.decode(Encoded.of(encoded.bytes()), base)).isEqualTo(target);
  }

  @Provide
  Arbitrary<List<Integer>> bits() {
    return element().list().ofMaxSize(600);
  }

  @Provide
  Arbitrary<Tuple2<List<Integer>, List<Integer>>> pairs() {
    return Arbitraries.integers()
        .between(0, 300)
        .flatMap(
            size ->
                element()
                    .list()
                    .ofSize(size)
                    .tuple2()
                    .map(both -> Tuple.of(both.get1(), both.get2())));
  }

  private static Arbitrary<Integer> element() {
    return Arbitraries.oneOf(Arbitraries.integers(), Arbitraries.of(DIFFICULT));
  }

  private static Tensor tensor(List<Integer> bits) {
    float[] values = new float[bits.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(bits.get(i));
    }
    return Tensor.of(values);
  }
}
