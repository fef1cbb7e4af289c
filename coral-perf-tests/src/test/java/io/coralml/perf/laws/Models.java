package io.coralml.perf.laws;

import io.coralml.repository.Snapshot;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ArbitrarySupplier;
import net.jqwik.api.Combinators;

/** Any models of a few tensors. */
final class Models implements ArbitrarySupplier<Map<String, Tensor>> {
  private static final List<DType> DTYPES =
      List.of(DType.F64, DType.F32, DType.BF16, DType.F8_E4M3, DType.I64, DType.U8, DType.F4);

  @Override
  public Arbitrary<Map<String, Tensor>> get() {
    Arbitrary<String> names =
        Arbitraries.of("w", "layer.0.weight", "layer.0.bias", "ünïcode", "a b", "UPPER");
    return Arbitraries.maps(names, new OfOne().get()).ofMinSize(1).ofMaxSize(4).map(TreeMap::new);
  }

  /** Any bits of any of several dtypes; few different ones, so that equal tensors meet. */
  static final class OfOne implements ArbitrarySupplier<Tensor> {
    @Override
    public Arbitrary<Tensor> get() {
      return Combinators.combine(
              Arbitraries.of(DTYPES),
              Arbitraries.integers().between(0, 40),
              Arbitraries.longs().between(0, 20))
          .as(Models::tensor);
    }
  }

  private static Tensor tensor(DType dtype, int pairs, long seed) {
    byte[] bytes = new byte[2 * pairs * dtype.bits() / 8];
    new SplittableRandom(seed).nextBytes(bytes);
    return Tensor.of(dtype, Shape.of(2, pairs), ByteBuffer.wrap(bytes));
  }

  /** Returns all that a commit holds. */
  static Map<String, Tensor> read(Snapshot snapshot) {
    return new TreeMap<>(snapshot.tensors(snapshot.names()));
  }
}
