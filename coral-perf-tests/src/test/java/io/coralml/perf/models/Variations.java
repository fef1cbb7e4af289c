package io.coralml.perf.models;

import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;

/**
 * The ways in which models come to resemble each other. Each result is a function of its base and a
 * seed, is computed when it is read, and carries its limit given the base: the entropy per element,
 * averaged over the base's values (1024 quantiles of each tensor stand for all).
 *
 * <p>Noise means {@code round(w + sd * N(0, 1))}: added to the exact value in binary64 and rounded
 * once into the base's format.
 */
public final class Variations {
  private static final int QUANTILES = 1024;

  private Variations() {}

  /** Every element gets noise of one standard deviation: a fine-tune of every weight. */
  public static Model noise(Model base, String name, double sd, long seed) {
    return noisy(base, name, 1, tensor -> sd, seed);
  }

  /**
   * Every element, with a probability and independently of the others, gets noise: a fine-tune of
   * few weights.
   */
  public static Model sparse(Model base, String name, double fraction, double sd, long seed) {
    return noisy(base, name, fraction, tensor -> sd, seed);
  }

  /**
   * Every element gets noise whose standard deviation is relative to that of the tensor it is in: a
   * step of training. Tensors all of whose elements are equal stay as they are.
   */
  public static Model step(Model base, String name, double relativeSd, long seed) {
    return noisy(base, name, 1, tensor -> relativeSd * standardDeviation(tensor), seed);
  }

  /**
   * The tensors whose names are chosen are drawn afresh; all others stay: a new head on a frozen
   * backbone. The limit is that of the fresh tensors.
   */
  public static Model newHead(
      Model base, String name, Architecture architecture, Predicate<String> head, long seed) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>(base.tensors());
    double bits = 0;
    for (Architecture.Parameter parameter : architecture.parameters()) {
      if (head.test(parameter.name())) {
        TensorSource old = base.tensors().get(parameter.name());
        if (old == null) {
          throw new IllegalArgumentException(base.name() + " has no " + parameter.name());
        }
        FloatFormat format = FloatFormat.of(old.dtype());
        Randomness random = Randomness.of(seed, name + "/" + parameter.name());
        tensors.put(
            parameter.name(), parameter.initialisation().tensor(format, parameter.shape(), random));
        bits += parameter.shape().elements() * parameter.initialisation().bitsPerElement(format);
      }
    }
    return new Model(name, tensors, bits / 8);
  }

  private interface Spread {
    double sd(TensorSource tensor);
  }

  private static Model noisy(Model base, String name, double fraction, Spread spread, long seed) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    double bits = 0;
    for (Map.Entry<String, TensorSource> entry : base.tensors().entrySet()) {
      TensorSource tensor = entry.getValue();
      double sd = spread.sd(tensor);
      if (sd == 0 || tensor.shape().elements() == 0) {
        tensors.put(entry.getKey(), tensor);
        continue;
      }
      Randomness random = Randomness.of(seed, name + "/" + entry.getKey());
      tensors.put(entry.getKey(), new Noisy(tensor, fraction, sd, random));
      FloatFormat format = FloatFormat.of(tensor.dtype());
      double perChange = mean(tensor, value -> Entropy.noise(value, sd, format));
      bits += tensor.shape().elements() * (Entropy.event(fraction) + fraction * perChange);
    }
    return new Model(name, tensors, bits / 8);
  }

  /** Averages a function over a tensor's values, as its quantiles represent them. */
  static double mean(TensorSource tensor, DoubleUnaryOperator function) {
    double[] sorted = values(tensor);
    Arrays.sort(sorted);
    int nodes = Math.min(QUANTILES, sorted.length);
    double sum = 0;
    for (int i = 0; i < nodes; i++) {
      sum += function.applyAsDouble(sorted[(int) ((i + 0.5) / nodes * sorted.length)]);
    }
    return sum / nodes;
  }

  static double standardDeviation(TensorSource tensor) {
    double[] values = values(tensor);
    double mean = Arrays.stream(values).average().orElse(0);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return values.length == 0 ? 0 : Math.sqrt(squares / values.length);
  }

  /** Returns a tensor's values; of a very large one, the first million. */
  private static double[] values(TensorSource tensor) {
    FloatFormat format = FloatFormat.of(tensor.dtype());
    int count = (int) Math.min(1 << 20, tensor.shape().elements());
    ByteBuffer bytes = ByteBuffer.allocate(count * format.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    tensor.read(0, bytes);
    bytes.flip();
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = format.get(bytes);
    }
    return values;
  }

  /** A base tensor with noise on some or all of its elements. */
  private static final class Noisy extends ElementSource {
    private final TensorSource base;
    private final double fraction;
    private final double sd;
    private final Randomness choice;
    private final Randomness noise;

    Noisy(TensorSource base, double fraction, double sd, Randomness random) {
      super(FloatFormat.of(base.dtype()), base.shape());
      this.base = base;
      this.fraction = fraction;
      this.sd = sd;
      this.choice = Randomness.of(random.key(), "choice");
      this.noise = Randomness.of(random.key(), "noise");
    }

    @Override
    void fill(long first, ByteBuffer elements) {
      ByteBuffer old = ByteBuffer.allocate(elements.remaining()).order(ByteOrder.LITTLE_ENDIAN);
      base.read(first * format().bytes(), old);
      old.flip();
      for (long i = first; elements.hasRemaining(); i++) {
        double value = format().get(old);
        boolean changed = fraction >= 1 || choice.uniform(i) < fraction;
        format().put(elements, changed ? format().round(value + sd * noise.normal(i)) : value);
      }
    }
  }
}
