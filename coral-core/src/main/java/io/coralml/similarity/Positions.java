package io.coralml.similarity;

/**
 * Which elements stand for a whole tensor: a function of the number of elements alone, so that
 * tensors of one shape are sampled at the same places. The tensor is divided into as many stretches
 * of equal length, and one element of each is chosen by a fixed hash. Of a tensor of many leaves
 * only {@value #LEAVES} leaves are sampled, because reading one element of a stored tensor decodes
 * the leaf around it.
 */
final class Positions {
  /** Elements that are sampled at most. */
  static final int SAMPLE = 2048;

  /** How many of those make a sketch. */
  static final int SKETCH = 128;

  /** Bytes of a leaf, of which a whole one is read at once. */
  static final int LEAF_BYTES = 1 << 20;

  private static final int LEAVES = 16;
  private static final long SEED = 0x5DEECE66DL;

  private Positions() {}

  /**
   * Returns the indices of the sampled elements, ascending; all of them if there are no more.
   *
   * @param elements how many there are
   * @param bytes of one of them
   */
  static long[] of(long elements, int bytes) {
    int count = (int) Math.min(SAMPLE, elements);
    long[] positions = new long[count];
    long perLeaf = LEAF_BYTES / bytes;
    long leaves = (elements + perLeaf - 1) / perLeaf;
    if (leaves <= LEAVES) {
      stretch(positions, 0, count, 0, elements);
      return positions;
    }
    int each = count / LEAVES;
    for (int i = 0; i < LEAVES; i++) {
      long leaf = i * (leaves - 1) / (LEAVES - 1);
      long from = leaf * perLeaf;
      stretch(positions, i * each, each, from, Math.min(perLeaf, elements - from));
    }
    return positions;
  }

  private static void stretch(long[] into, int at, int count, long from, long length) {
    for (int i = 0; i < count; i++) {
      long start = from + i * length / count;
      long end = from + (i + 1) * length / count;
      into[at + i] = start + Long.remainderUnsigned(mix(SEED + into.length + at + i), end - start);
    }
  }

  /**
   * Returns which of the sampled elements make the sketch, in an order that scatters them.
   *
   * @param sampled how many were sampled, at least {@link #SKETCH}
   */
  static int[] sketch(int sampled) {
    int[] chosen = new int[SKETCH];
    for (int i = 0; i < SKETCH; i++) {
      int slot = (i * 53 + 17) % SKETCH;
      int start = slot * sampled / SKETCH;
      int end = (slot + 1) * sampled / SKETCH;
      chosen[i] = start + (int) Long.remainderUnsigned(mix(SEED ^ slot), end - start);
    }
    return chosen;
  }

  /** The finaliser of SplitMix64: every bit of the result depends on every bit of the input. */
  static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
