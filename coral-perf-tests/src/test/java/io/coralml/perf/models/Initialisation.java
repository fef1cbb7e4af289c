package io.coralml.perf.models;

import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;

/** How the elements of a parameter are drawn before training, and how much that says. */
public sealed interface Initialisation {

  /** Uniform between {@code -bound} and {@code bound}. */
  record Uniform(double bound) implements Initialisation {}

  /** Normal around zero. */
  record Normal(double standardDeviation) implements Initialisation {}

  /** The same value everywhere. */
  record Constant(double value) implements Initialisation {}

  /**
   * Returns PyTorch's default for weights and biases of linear and convolution layers: uniform
   * within 1/sqrt(fan-in).
   */
  static Initialisation byFanIn(int fanIn) {
    return new Uniform(1 / Math.sqrt(fanIn));
  }

  /** Returns the normal distribution of a uniform one's variance; any other unchanged. */
  default Initialisation late() {
    return this instanceof Uniform uniform ? new Normal(uniform.bound / Math.sqrt(3.0)) : this;
  }

  /** Returns a tensor so drawn: each real number rounded once into the format. */
  default TensorSource tensor(FloatFormat format, Shape shape, Randomness random) {
    return new ElementSource(format, shape) {
      @Override
      void fill(long first, ByteBuffer elements) {
        for (long i = first; elements.hasRemaining(); i++) {
          format.put(elements, format.round(draw(random, i)));
        }
      }
    };
  }

  /** Returns element {@code i} before rounding. */
  private double draw(Randomness random, long i) {
    if (this instanceof Uniform uniform) {
      return uniform.bound * (2 * random.uniform(i) - 1);
    } else if (this instanceof Normal normal) {
      return normal.standardDeviation * random.normal(i);
    }
    return ((Constant) this).value;
  }

  /** Returns the entropy of one element in bits; see {@link Entropy}. */
  default double bitsPerElement(FloatFormat format) {
    if (this instanceof Uniform uniform) {
      return Entropy.uniform(uniform.bound, format);
    } else if (this instanceof Normal normal) {
      return Entropy.normal(normal.standardDeviation, format);
    }
    return 0;
  }
}
