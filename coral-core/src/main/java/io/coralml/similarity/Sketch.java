package io.coralml.similarity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the index knows of a tensor: {@value #BANDS} hashes of {@value #ROWS} codes each (a band),
 * and two bits of every one of {@value Positions#SKETCH} codes (the print). Two tensors are
 * candidates for each other if they share a band and their prints agree in at least {@value
 * #AGREEING} places.
 *
 * <p>The code of an element is its sign and exponent. Of a tensor and an update of 3 % of the
 * weights' standard deviation, 88 to 90 % of the codes are equal, so that all but one pair in
 * 100,000 share a band; the codes of strangers are equal in 11 to 13 % of the places, so that a
 * query of a million sketches meets 23 to 63 strangers in a band, and their prints, which agree in
 * a third of the places, turn them away. (16 bands of 8 rows would meet fewer strangers, but miss
 * one pair in 2,000 at 3 %, one in 66 at 5 % and one in four at 10 %, where 16 of 6 miss one in 600
 * and one in 13.) Where codes repeat too much, as in tensors around 1 or of 8-bit integers in a
 * narrow range, they are made wider.
 *
 * @param bands one hash per band
 * @param print two bits per code
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed out
record Sketch(long[] bands, long[] print) {
  /** Hashes of a sketch. */
  static final int BANDS = 16;

  /** Codes in a hash. */
  static final int ROWS = 6;

  /** Longs in a print. */
  static final int PRINT_LONGS = 4;

  /** Places in which the prints of candidates agree; strangers reach about 42, at most 65. */
  static final int AGREEING = 80;

  /**
   * In how many of the 32 places of the last number two prints may differ. Strangers differ in 20
   * to 21, at the standard deviation of 2.7; prints that agree in {@link #AGREEING} places in 12.
   */
  private static final int LAST_DIFFERING = 16;

  private static final int LEAST_ELEMENTS = 1024;
  private static final int LEAST_BYTES = 4096;

  /** Chance that two codes are equal above which they are made wider. */
  private static final double REPETITIVE = 0.25;

  /** The same at the widest level: such a tensor is as good as constant. */
  private static final double CONSTANT = 0.5;

  /** Two related tensors may fall on different sides of a bound, but not farther than this. */
  private static final double MARGIN = 0.06;

  private static final long LOW_BITS = 0x5555_5555_5555_5555L;

  /** Returns whether a tensor is large enough to gain anything from a base that was searched. */
  static boolean isWorthwhile(long elements, long bytes) {
    return elements >= LEAST_ELEMENTS && bytes >= LEAST_BYTES;
  }

  /** Returns the sketch under which a tensor is kept; none if it is tiny or nearly constant. */
  static Optional<Sketch> of(Sample sample) {
    List<Sketch> one = of(sample, 0);
    return one.isEmpty() ? Optional.empty() : Optional.of(one.get(0));
  }

  /** Returns the sketches under which relatives of a tensor may be kept: mostly one, rarely two. */
  static List<Sketch> forQuery(Sample sample) {
    return of(sample, MARGIN);
  }

  private static List<Sketch> of(Sample sample, double margin) {
    if (!isWorthwhile(sample.elements(), sample.elements() * sample.kind().bytes())) {
      return List.of();
    }
    int[] chosen = Positions.sketch(sample.size());
    List<Sketch> sketches = new ArrayList<>();
    int[] codes = new int[Positions.SKETCH];
    for (int level = 0; level < ElementKind.LEVELS; level++) {
      for (int i = 0; i < codes.length; i++) {
        codes[i] = sample.kind().code(sample.raw(chosen[i]), level);
      }
      double repetition = repetition(codes);
      double bound = level == ElementKind.LEVELS - 1 ? CONSTANT : REPETITIVE;
      if (repetition <= bound + margin) {
        sketches.add(of(codes, sample.block() + level));
      }
      if (repetition <= bound - margin) {
        return sketches;
      }
    }
    return sketches;
  }

  /** Returns the chance that two of the codes are equal. */
  private static double repetition(int[] codes) {
    int[] sorted = codes.clone();
    Arrays.sort(sorted);
    long pairs = 0;
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      pairs += (long) (to - from) * (to - from - 1);
      from = to;
    }
    return (double) pairs / (sorted.length * (sorted.length - 1L));
  }

  private static Sketch of(int[] codes, long salt) {
    long[] bands = new long[BANDS];
    for (int band = 0; band < BANDS; band++) {
      long hash = Positions.mix(salt + 31L * band);
      for (int row = 0; row < ROWS; row++) {
        hash = Positions.mix(hash ^ codes[band * ROWS + row]);
      }
      bands[band] = hash;
    }
    long[] print = new long[PRINT_LONGS];
    for (int i = 0; i < codes.length; i++) {
      print[i / 32] |= (Positions.mix(codes[i]) & 3) << (2 * (i % 32));
    }
    return new Sketch(bands, print);
  }

  /** Returns in how many places a print agrees with this one's. */
  int agreement(long first, long second, long third, long fourth) {
    return Positions.SKETCH
        - differing(print[0] ^ first)
        - differing(print[1] ^ second)
        - differing(print[2] ^ third)
        - differing(print[3] ^ fourth);
  }

  /** Returns whether a print that ends so is worth comparing as a whole. */
  boolean mayAgree(long last) {
    return differing(print[PRINT_LONGS - 1] ^ last) <= LAST_DIFFERING;
  }

  private static int differing(long bits) {
    return Long.bitCount((bits | (bits >>> 1)) & LOW_BITS);
  }
}
