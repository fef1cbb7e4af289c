package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.repository.Repository;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@Label("What a checkpoint brings back")
class RestoreProperties {
  @Property(tries = 12)
  @Label("equals what was saved: every number of the state, every bit of every tensor")
  void equal(@ForAll("states") List<TrainingState> states, @ForAll long seed) {
    try (Repository repository = Repository.init(new MemoryStorage(), Clock.systemUTC());
        CheckpointManager checkpoints =
            CheckpointManager.open(repository, "run", CheckpointOptions.defaults())) {
      Random random = new Random(seed);
      Map<Integer, Map<String, Tensor>> weights = new TreeMap<>();
      Map<Integer, Map<String, Tensor>> tensors = new TreeMap<>();
      for (int i = 1; i <= states.size(); i++) {
        weights.put(i, tensors(random));
        tensors.put(i, tensors(random));
        checkpoints.save(states.get(i - 1).tensors(tensors.get(i)), weights.get(i));
      }
      checkpoints.flush();
      assertThat(checkpoints.checkpoints()).hasSameSizeAs(states);
      for (Checkpoint each : checkpoints.checkpoints()) {
        Restored restored = checkpoints.restore(each);
        assertThat(restored.state().withoutTensors()).isEqualTo(states.get(each.number() - 1));
        assertThat(read(restored.state().tensors())).isEqualTo(tensors.get(each.number()));
        assertThat(read(restored.weights())).isEqualTo(weights.get(each.number()));
      }
    }
  }

  private static Map<String, Tensor> read(
      Map<String, ? extends io.coralml.tensor.TensorSource> sources) {
    Map<String, Tensor> read = new TreeMap<>();
    sources.forEach((name, source) -> read.put(name, Tensor.copyOf(source)));
    return read;
  }

  /** A few tensors of any dtype; some larger than a chunk of the copies, some empty. */
  private static Map<String, Tensor> tensors(Random random) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      List<DType> dtypes = DType.known().stream().filter(DType::isByteAligned).toList();
      DType dtype = dtypes.get(random.nextInt(dtypes.size()));
      int elements = random.nextInt(8) == 0 ? 70_000 : random.nextInt(50);
      byte[] bytes = new byte[elements * dtype.bytes()];
      random.nextBytes(bytes);
      tensors.put(
          "t" + random.nextInt(6), Tensor.of(dtype, Shape.of(elements), ByteBuffer.wrap(bytes)));
    }
    return tensors;
  }

  @Provide
  Arbitrary<List<TrainingState>> states() {
    Arbitrary<Double> number =
        Arbitraries.oneOf(
            Arbitraries.longs().map(Double::longBitsToDouble).map(it -> it.isNaN() ? 0.1 : it),
            Arbitraries.of(Double.NaN, -0.0, Double.MIN_VALUE, Double.NEGATIVE_INFINITY));
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange(' ', 'ÿ')
            .ofMaxLength(8)
            .filter(it -> !it.equals("loss"));
    return Combinators.combine(
            Arbitraries.longs().between(0, Long.MAX_VALUE),
            Arbitraries.longs().between(0, Long.MAX_VALUE),
            number,
            number,
            Arbitraries.maps(names, number).ofMaxSize(3),
            Arbitraries.maps(names, Arbitraries.longs()).ofMaxSize(3))
        .as(
            (epoch, step, loss, rate, metrics, seeds) ->
                new TrainingState(
                    epoch,
                    step,
                    loss,
                    rate,
                    new TreeMap<>(metrics),
                    new TreeMap<>(seeds),
                    Map.of()))
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }
}
