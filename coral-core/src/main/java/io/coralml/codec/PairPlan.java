package io.coralml.codec;

/**
 * How a chunk is to be coded by {@link SlotPairs}, which is faster, and takes more bits: only
 * differences that reach a little way have symbols of their own, so more low bits are stored as
 * they are.
 *
 * @param low bits of each slot to store as they are; -1 if it is not to be coded by pairs
 * @param bits about what the whole chunk will take
 */
record PairPlan(int low, double bits) {
  /** Slots are not coded in pairs. */
  static final PairPlan NONE = new PairPlan(-1, 0);

  private static final int SIDE = SlotPairs.SIDE;
  private static final int REACH = SlotPairs.REACH;

  /** With fewer slots the frequencies of pairs cost more than they are worth. */
  private static final int FEWEST_SLOTS = 1 << 12;

  /**
   * By no more bits for each slot may a chunk grow: in all that was measured coding by XOR takes at
   * least one bit more than coding slot by slot.
   */
  private static final double MOST = 0.75;

  /** Bits more for each difference that is not exact, for the time that it takes. */
  private static final double SLOW = 4;

  /** Bits more for each slot and each of its fields of low bits, likewise. */
  private static final double SLOW_FIELD = 0.15;

  /**
   * Plans.
   *
   * @param sample of differences
   * @param fraction of its codes' buckets
   * @param slots of the chunk
   * @param without what the chunk takes slot by slot, in bits
   * @param worth by what share of these it may grow
   */
  static PairPlan of(
      DeltaSample sample, int fraction, ElementForm form, int slots, double without, double worth) {
    if (worth == 0 || slots < FEWEST_SLOTS || form.width() == 8 || form.bits() <= 8) {
      return NONE;
    }
    int[] codes = sample.occurring(DeltaSample.ABSOLUTE);
    int[] counts = totals(sample, codes);
    double scale = (double) slots / sample.slots();
    PairPlan best = NONE;
    double least = Double.MAX_VALUE;
    for (int low = 0; low < form.bits() - 1; low++) {
      int[] joined = new int[SIDE];
      for (int i = 0; i < codes.length; i++) {
        int number = Buckets.start(codes[i], fraction) >> low;
        joined[Math.abs(number) <= REACH ? number + REACH : SIDE - 1] += counts[i];
      }
      long others = joined[SIDE - 1];
      double bits = Entropy.bits(joined, 0, SIDE);
      bits += (double) sample.slots() * low + (double) others * (form.bits() - low);
      double slow = SLOW * others + SLOW_FIELD * sample.slots() * Integer.bitCount(low);
      if (bits + slow < least) {
        least = bits + slow;
        best = new PairPlan(low, bits * scale);
      }
    }
    return best.bits - without <= Math.min(worth * without, MOST * slots) ? best : NONE;
  }

  /** Returns how often codes occur in all rows. */
  private static int[] totals(DeltaSample sample, int[] codes) {
    int[] totals = new int[codes.length];
    for (int row = 0; row < sample.rows(); row++) {
      for (int i = 0; i < codes.length; i++) {
        totals[i] += sample.counts()[row * DeltaSample.CODES + codes[i]];
      }
    }
    return totals;
  }
}
