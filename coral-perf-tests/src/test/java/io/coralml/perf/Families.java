package io.coralml.perf;

import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.RealModel;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.opentest4j.TestAbortedException;

/**
 * Collections of tensors without names in common, in which relatives are to be found. All from
 * seeds, but for the real pairs.
 */
enum Families {
  /** Four fine-tunes of each of six origins. */
  FINE_TUNES {
    @Override
    void fill(Filling into) {
      for (int origin = 0; origin < 6; origin++) {
        into.family(origin, 5, 0.01);
      }
    }
  },
  /** Families of several sizes and distances among as many strangers, some of another shape. */
  ZOO {
    @Override
    void fill(Filling into) {
      into.family(1, 10, 0.001);
      into.family(2, 6, 0.01);
      into.family(3, 4, 0.03);
      into.family(4, 2, 0.0001);
      for (int stranger = 0; stranger < 10; stranger++) {
        into.add(into.random(100 + stranger, 100, 100));
        into.add(into.random(200 + stranger, 50, 200));
      }
    }
  },
  /** Nothing resembles anything. */
  UNRELATED {
    @Override
    void fill(Filling into) {
      for (int stranger = 0; stranger < 24; stranger++) {
        into.add(into.random(300 + stranger, 100, 100));
      }
    }
  },
  /**
   * Pairs as far apart as bge-small-zh and its successor: an update of 0.61 of the weights' size,
   * from which nothing can be gained.
   */
  DISTANT {
    @Override
    void fill(Filling into) {
      for (int origin = 0; origin < 12; origin++) {
        into.family(500 + origin, 2, 0.61);
      }
    }
  },
  /** Quantised families: in each member one element in fifty is one step away. */
  INT8 {
    @Override
    void fill(Filling into) {
      for (int origin = 0; origin < 4; origin++) {
        into.bytes(origin, 5);
      }
    }
  },
  /** The same tensors under several names, and one fine-tune of each. */
  DUPLICATES {
    @Override
    void fill(Filling into) {
      for (int origin = 0; origin < 4; origin++) {
        Tensor tensor = into.random(400 + origin, 100, 100);
        for (int copy = 0; copy < 4; copy++) {
          into.add(tensor);
        }
        into.add(into.updated(tensor, 0.01, origin));
      }
    }
  },
  /** The committed real pair, every tensor under a name of its own. */
  REAL_SAMPLE {
    @Override
    void fill(Filling into) {
      RealPair.base(FloatFormat.BF16).values().forEach(into::add);
      RealPair.tuned(FloatFormat.BF16).values().forEach(into::add);
    }
  },
  /** Two whole models, one a fine-tune of the other, and a third of the same make that is not. */
  REAL_MODELS {
    @Override
    void fill(Filling into) {
      for (RealModel each :
          new RealModel[] {
            RealModel.BGE_SMALL_EN, RealModel.BGE_SMALL_EN_V15, RealModel.ALL_MINILM_L6_V2
          }) {
        if (!each.isPresent()) {
          throw new TestAbortedException("The real models are dependencies of larger profiles.");
        }
        try (var file = each.openOrSkip()) {
          RealModel.inMemory("real", file, FloatFormat.BF16)
              .tensors()
              .values()
              .forEach(source -> into.add(Tensor.copyOf(source)));
        }
      }
    }
  };

  abstract void fill(Filling into);

  /** Returns the tensors by names that say nothing of who is related to whom. */
  Map<String, Tensor> tensors(long seed) {
    Filling filling = new Filling(seed);
    fill(filling);
    return filling.tensors;
  }

  /** Tensors on their way into a collection. */
  static final class Filling {
    private final long seed;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    Filling(long seed) {
      this.seed = seed;
    }

    void add(Tensor tensor) {
      tensors.put("tensor." + tensors.size(), tensor);
    }

    Tensor random(long number, long... shape) {
      Random random = new Random(seed * 1_000_003 + number);
      float[] values = new float[(int) Shape.of(shape).elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * 0.02f;
      }
      return Tensor.of(values, shape);
    }

    Tensor updated(Tensor tensor, double share, long number) {
      Random random = new Random(seed * 7_000_003 + number);
      float[] values = tensor.toFloats();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) (random.nextGaussian() * share * 0.02);
      }
      return Tensor.of(values, tensor.shape().dims());
    }

    void family(int origin, int members, double share) {
      Tensor first = random(origin, 100, 100);
      add(first);
      for (int member = 1; member < members; member++) {
        add(updated(first, share, 1000L * origin + member));
      }
    }

    void bytes(int origin, int members) {
      Random random = new Random(seed * 11 + origin);
      byte[] first = new byte[10_000];
      for (int i = 0; i < first.length; i++) {
        first[i] = (byte) Math.max(-127, Math.min(127, Math.round(random.nextGaussian() * 30)));
      }
      for (int member = 0; member < members; member++) {
        byte[] values = first.clone();
        for (int i = 0; member > 0 && i < values.length; i++) {
          values[i] += random.nextInt(50) == 0 ? (byte) 1 : 0;
        }
        add(Tensor.of(DType.I8, Shape.of(100, 100), ByteBuffer.wrap(values)));
      }
    }
  }
}
