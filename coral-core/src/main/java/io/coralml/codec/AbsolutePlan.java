package io.coralml.codec;

import java.util.Arrays;

/**
 * Which elements are not coded as differences. Bases so small that the update outweighs them tell
 * nothing of the target but their sign: there the target's own sign and exponent are the better
 * symbol. Immutable.
 */
final class AbsolutePlan {
  /** No element is coded by itself. */
  static final AbsolutePlan NONE = new AbsolutePlan(-1, 0, new int[0], new short[0], 0);

  private static final int CODES = DeltaSample.CODES;

  /** From here on in a row of the sample. */
  private static final int ABSOLUTE = DeltaSample.ABSOLUTE;

  /** Bits of the mantissa in a symbol. */
  private static final int FRACTION = 2;

  private final int upTo;
  private final int verbatim;
  private final int[] values;
  private final short[] codes;
  private final long dropped;

  private AbsolutePlan(int upTo, int verbatim, int[] values, short[] codes, long dropped) {
    this.upTo = upTo;
    this.verbatim = verbatim;
    this.values = values;
    this.codes = codes;
    this.dropped = dropped;
  }

  /** Returns the greatest exponent of a base whose targets are coded by themselves; -1 for none. */
  int upTo() {
    return upTo;
  }

  /** Returns how many low bits of an element are beside its symbol. */
  int verbatim() {
    return verbatim;
  }

  /** Returns the symbols' values, ascending. */
  int[] values() {
    return values;
  }

  /**
   * Returns the number of the symbol of an element, from 1 on; 0 if it has none.
   *
   * @param upper what is above the verbatim bits of the element's outward order
   */
  int codeOf(int upper) {
    return codes[upper];
  }

  /** Returns how many elements of the sample have none, and as differences take all their bits. */
  long dropped() {
    return dropped;
  }

  /**
   * Plans, and where that saves bits puts the absolute symbols of the rows below into the sample in
   * place of their differences.
   *
   * @param space has the blocks that {@code loader} loads
   * @param fraction of the sample's buckets
   * @param stride every how many blocks one is in the sample
   * @param limit the most symbols
   */
  static AbsolutePlan of(
      DeltaSample sample,
      EncoderSpace space,
      BlockLoader loader,
      Tuning tuning,
      int fraction,
      int stride,
      int limit) {
    Search search = new Search(sample, space, loader, tuning, fraction, limit);
    int high = search.highest();
    return high < 0 ? NONE : search.choose(search.counts(stride, high), high);
  }

  private record Search(
      DeltaSample sample,
      EncoderSpace space,
      BlockLoader loader,
      Tuning tuning,
      int fraction,
      int limit) {

    /** Returns the highest row whose differences cost more than elements by themselves; or -1. */
    int highest() {
      int[] histogram = sample.counts();
      int[] occurring = sample.occurring(ABSOLUTE);
      int high = -1;
      long elements = 0;
      for (int row = 0; row < sample.rows(); row++) {
        int from = row * CODES;
        long count = 0;
        double bits = Entropy.bits(histogram, from, occurring);
        for (int code : occurring) {
          count += histogram[from + code];
          bits += (double) histogram[from + code] * Buckets.bits(code, fraction);
        }
        if (count > 0 && bits / count > loader.form().mantissa() + 2.0) {
          high = row;
          elements += count;
        }
      }
      // What so few elements could save is less than it must be.
      return elements < 4 * tuning.worthAbsolutes() * sample.slots() ? -1 : high;
    }

    /** Counts the elements of each row up to one; rows that do not occur are empty. */
    int[][] counts(int stride, int high) {
      int verbatim = verbatim();
      int[][] counts = new int[high + 1][0];
      for (int block = 0; block < loader.blocks(); block += stride) {
        int count = loader.load(block);
        // Few and far between: looked for without a branch.
        flag(space.exponents, sample.firstExponent() + high, space.part, count);
        int listed = DeltaCodes.list(space.part, count, space.places);
        for (int k = 0; k < listed; k++) {
          int i = space.places[k];
          int row = Math.max(0, space.exponents[i] - sample.firstExponent());
          int[] of = counts[row];
          if (of.length == 0) {
            of = new int[1 << (loader.form().bits() - verbatim)];
            counts[row] = of;
          }
          of[space.target[i] >>> verbatim]++;
        }
      }
      return counts;
    }

    private static void flag(int[] exponents, int upTo, int[] flags, int count) {
      int[] set = DeltaCodes.FLAGS;
      for (int i = 0; i < count; i++) {
        flags[i] = ((exponents[i] - upTo - 1) >> 31) & set[i];
      }
    }

    private int verbatim() {
      return Math.max(0, loader.form().mantissa() - FRACTION);
    }

    /** Takes the row up to which absolute symbols save most, if there is one. */
    AbsolutePlan choose(int[][] counts, int high) {
      int[] histogram = sample.counts();
      int[] differences = sample.occurring(ABSOLUTE);
      int[] occurring = occurring(sum(counts, high));
      int verbatim = verbatim();
      double saved = 0;
      double mostSaved = tuning.worthAbsolutes() * loader.form().bits() * sample.slots();
      int best = -1;
      for (int row = 0; row <= high; row++) {
        int[] of = counts[row];
        if (of.length == 0) {
          continue;
        }
        int from = row * CODES;
        saved += Entropy.bits(histogram, from, differences) - Entropy.bits(of, 0, occurring);
        for (int code : differences) {
          saved += histogram[from + code] * ((double) Buckets.bits(code, fraction) - verbatim);
        }
        if (saved > mostSaved) {
          mostSaved = saved;
          best = row;
        }
      }
      return best < 0 ? NONE : adopt(counts, best);
    }

    private AbsolutePlan adopt(int[][] counts, int upTo) {
      int verbatim = verbatim();
      int[] used = sum(counts, upTo);
      long before = Arrays.stream(used).asLongStream().sum();
      dropRare(used);
      long dropped = before - Arrays.stream(used).asLongStream().sum();
      while (occurring(used).length > limit) {
        verbatim++;
        fold(used);
        for (int[] row : counts) {
          fold(row);
        }
      }
      int[] values = occurring(used);
      short[] codes = new short[used.length];
      for (int i = 0; i < values.length; i++) {
        codes[values[i]] = (short) (i + 1);
      }
      int[] histogram = sample.counts();
      for (int row = 0; row <= upTo; row++) {
        int[] of = counts[row];
        if (of.length != 0) {
          Arrays.fill(histogram, row * CODES, (row + 1) * CODES, 0);
          for (int i = 0; i < values.length; i++) {
            histogram[row * CODES + ABSOLUTE + i] = of[values[i]];
          }
        }
      }
      return new AbsolutePlan(upTo + sample.firstExponent(), verbatim, values, codes, dropped);
    }

    /** Leaves the rarest out, which then are differences, as long as all together are rare. */
    private void dropRare(int[] used) {
      long rare = Arrays.stream(used).asLongStream().sum() / 128;
      for (int most = 1; occurring(used).length > limit; most *= 2) {
        long dropped = 0;
        for (int count : used) {
          dropped += count <= most ? count : 0;
        }
        if (dropped > rare) {
          return;
        }
        for (int code = 0; code < used.length; code++) {
          used[code] = used[code] <= most ? 0 : used[code];
        }
      }
    }
  }

  private static int[] sum(int[][] counts, int upTo) {
    int[] sum = new int[0];
    for (int row = 0; row <= upTo; row++) {
      int[] of = counts[row];
      if (of.length != 0) {
        sum = sum.length == 0 ? new int[of.length] : sum;
        for (int code = 0; code < of.length; code++) {
          sum[code] += of[code];
        }
      }
    }
    return sum;
  }

  private static int[] occurring(int[] counts) {
    int[] codes = new int[counts.length];
    int number = 0;
    for (int code = 0; code < counts.length; code++) {
      if (counts[code] > 0) {
        codes[number++] = code;
      }
    }
    return Arrays.copyOf(codes, number);
  }

  private static void fold(int[] counts) {
    for (int i = 0; i < counts.length; i++) {
      int next = 2 * i + 1;
      counts[i] = next < counts.length ? counts[2 * i] + counts[next] : 0;
    }
  }
}
