package io.coralml.codec;

/**
 * How a chunk is to be coded against its base, from a sample of its blocks.
 *
 * @param topExponent the highest exponent of the base with a context of its own
 * @param contexts how many contexts there are
 * @param symbolBits about what the symbols will take
 * @param bits about what the whole chunk will take
 * @param unchanged the share of the sample that equals its base
 * @param low bits of each slot to store as they are
 * @param reach the farthest exact difference
 * @param pairs whether and how slots are to be coded in pairs; then {@code bits} is of these
 * @param absolutes which elements are coded by themselves
 */
record DeltaPlan(
    int topExponent,
    int contexts,
    double symbolBits,
    double bits,
    double unchanged,
    int low,
    int reach,
    PairPlan pairs,
    AbsolutePlan absolutes) {

  /** Fraction of the buckets that are stored. */
  static final int BUCKET_FRACTION = 2;

  /** Numbers of 8 bits have a code each, the differences themselves. */
  private static final int FINEST_FRACTION = 7;

  /** With fewer slots more exact differences cost more in tables than they gain. */
  private static final int MANY_SLOTS = 20_000;

  /** With fewer slots a finer fraction costs more in tables than it gains. */
  private static final int FINE_SLOTS = 3000;

  private static final int SHORT_REACH = 31;
  private static final int SHORTEST_REACH = 7;

  /**
   * Plans.
   *
   * @param loader loads the chunk's blocks into {@code space}
   * @param absoluteLimit the most absolute symbols
   */
  static DeltaPlan of(EncoderSpace space, BlockLoader loader, Tuning tuning, int absoluteLimit) {
    ElementForm form = loader.form();
    int slots = loader.slots();
    boolean tiny = form.bits() <= 8;
    int fraction = tiny ? FINEST_FRACTION : slots > FINE_SLOTS ? BUCKET_FRACTION : 1;
    DeltaSample sample = new DeltaSample(space, loader.middleExponent(), fraction);
    int stride = Tuning.stride(loader.blocks(), tuning.sampleBlocks());
    for (int block = 0; block < loader.blocks(); block += stride) {
      sample.add(loader.load(block));
    }
    double unchanged = sample.unchanged();
    double scale = (double) slots / sample.slots();
    AbsolutePlan absolutes =
        form.isFloat() && form.width() < 8 && !tiny && absoluteLimit > 0
            ? AbsolutePlan.of(sample, space, loader, tuning, fraction, stride, absoluteLimit)
            : AbsolutePlan.NONE;
    int most = loader.scales() == null ? tuning.contexts() : tuning.scaledContexts();
    most = form.isFloat() ? most : 1;
    int codes = DeltaSample.ABSOLUTE + absolutes.values().length;
    ContextPlan contexts = ContextPlan.of(sample, codes, scale, most);
    double rest = rest(sample, fraction, absolutes) + (double) absolutes.dropped() * form.upper();
    double bits = contexts.bits() + rest * scale + (double) slots * form.low();
    int farthest = farthest(form, slots, tuning);
    LowPlan lows =
        tiny
            ? new LowPlan(0, farthest)
            : LowPlan.of(sample, fraction, form.upper(), farthest, tuning.lowLoss() * bits / scale);
    int low = form.low() + lows.low();
    PairPlan pairs = PairPlan.of(sample, fraction, form, slots, bits, tuning.worthPairs());
    return new DeltaPlan(
        contexts.topExponent(),
        contexts.contexts(),
        contexts.bits(),
        pairs.low() < 0 ? bits : pairs.bits(),
        unchanged,
        absolutes.upTo() < 0 ? low : Math.min(low, absolutes.verbatim()),
        lows.reach(),
        pairs,
        absolutes);
  }

  private static int farthest(ElementForm form, int slots, Tuning tuning) {
    if (form.bits() <= 8) {
      return ChunkModel.MAX_REACH;
    }
    return slots > MANY_SLOTS ? tuning.reach() : slots > FINE_SLOTS ? SHORT_REACH : SHORTEST_REACH;
  }

  /** Returns the verbatim bits of the sample's elements. */
  private static double rest(DeltaSample sample, int fraction, AbsolutePlan absolutes) {
    int[] counts = sample.counts();
    int[] codes = sample.occurring(DeltaSample.CODES);
    double rest = 0;
    for (int code : codes) {
      long count = 0;
      for (int row = 0; row < sample.rows(); row++) {
        count += counts[row * DeltaSample.CODES + code];
      }
      boolean difference = code < DeltaSample.ABSOLUTE;
      rest += (double) count * (difference ? Buckets.bits(code, fraction) : absolutes.verbatim());
    }
    return rest;
  }

  /** Returns this plan with a shorter reach. */
  DeltaPlan withReach(int shorter) {
    return new DeltaPlan(
        topExponent, contexts, symbolBits, bits, unchanged, low, shorter, pairs, absolutes);
  }
}
