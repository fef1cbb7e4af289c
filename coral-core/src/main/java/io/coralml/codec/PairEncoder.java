package io.coralml.codec;

/**
 * Codes a chunk against its base by pairs of slots ({@link SlotPairs}): exact differences that
 * reach a little way, and whole elements where they reach no farther.
 */
final class PairEncoder {
  /** With fewer slots the frequencies of pairs cost more than they are worth. */
  private static final int FEWEST_SLOTS = 1 << 12;

  /** Bits more for each difference that is not exact, for the time that it takes. */
  private static final double SLOW = 4;

  /** By no more bits for each slot may a chunk grow: what others lose by XOR is always more. */
  private static final double MOST = 0.75;

  /** Bits more for each slot and each of its fields of low bits, likewise. */
  private static final double MORE_FIELDS = 0.15;

  private static final int REACH = SlotPairs.REACH;

  /** The symbol of all other differences. */
  private static final int OTHER = SlotPairs.SIDE - 1;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final ElementForm form;
  private final Tuning tuning;
  private final int low;

  /**
   * @param low bits of each slot to store as they are, as {@link #low} planned
   */
  PairEncoder(EncoderSpace space, BlockLoader loader, Tuning tuning, int low) {
    this.space = space;
    this.loader = loader;
    this.form = loader.form();
    this.tuning = tuning;
    this.low = low;
  }

  /**
   * Plans how many low bits to store as they are.
   *
   * @param sample of differences
   * @param fraction of its codes' buckets
   * @param scale slots of the chunk for each one of the sample
   * @param without what the chunk takes slot by slot, in bits
   * @param worth by what share of these it may grow
   * @return -1 if it would grow too much
   */
  static int low(
      DeltaSample sample,
      int fraction,
      ElementForm form,
      int slots,
      double scale,
      double without,
      double worth) {
    if (slots < FEWEST_SLOTS || form.width() == 8 || form.bits() <= 8) {
      return -1;
    }
    int[] codes = sample.occurring(DeltaSample.ABSOLUTE);
    int[] counts = new int[codes.length];
    for (int row = 0; row < sample.rows(); row++) {
      for (int i = 0; i < codes.length; i++) {
        counts[i] += sample.counts()[row * DeltaSample.CODES + codes[i]];
      }
    }
    int best = -1;
    double least = Double.MAX_VALUE;
    double bits = 0;
    for (int shift = 0; shift < form.bits() - 1; shift++) {
      int[] joined = new int[SlotPairs.SIDE];
      for (int i = 0; i < codes.length; i++) {
        int start = Buckets.start(codes[i], fraction) >> shift;
        joined[Math.abs(start) <= REACH ? start + REACH : SlotPairs.SIDE - 1] += counts[i];
      }
      long others = joined[SlotPairs.SIDE - 1];
      double cost = Entropy.bits(joined, 0, SlotPairs.SIDE);
      cost += (double) sample.slots() * shift + (double) others * (form.bits() - shift);
      double slow = SLOW * others + MORE_FIELDS * sample.slots() * Integer.bitCount(shift);
      if (cost + slow < least) {
        least = cost + slow;
        bits = cost;
        best = shift;
      }
    }
    return bits * scale - without <= Math.min(worth * without, MOST * slots) ? best : -1;
  }

  /** Codes the whole chunk. */
  CodedBytes encode() {
    int pairs = 0;
    int[] codes = space.codes(SlotPairs.count(loader.slots()) + 1);
    BitSink rests = new BitSink(space.verbatim());
    byte[] fields = space.fields(loader.fieldBytes(low));
    int fieldsEnd = 0;
    space.clearHistogram(SlotPairs.SIDE * SlotPairs.SIDE);
    for (int block = 0; block < loader.blocks(); block++) {
      int count = loader.loadDifferences(block);
      DeltaCodes.find(space.difference, low, space.rows, space.part, count, REACH);
      int joined = SlotPairs.count(count);
      SlotPairs.join(space.rows, space.part, count, space.upper);
      others(count, joined, rests);
      fieldsEnd = loader.putFields(space.difference, count, low, fields, fieldsEnd);
      DeltaCodes.count(space.rows, joined, space.histogram);
      CodePairs.putHalf(space.rows, joined, space.exponents, codes, block);
      pairs += joined;
    }
    space.verbatim(rests.bytes());
    double bits = Entropy.bits(space.histogram, 0, SlotPairs.SIDE * SlotPairs.SIDE);
    return new ChunkAssembly(
            space, ChunkMode.PAIRED, form.withLow(low), tuning, CodeSpace.pairs(REACH))
        .absolutes(form.bits() - low, new int[1])
        .finishPairs(codes, pairs, bits, fields, fieldsEnd, rests);
  }

  /** Stores the upper bits of elements whose difference is not exact. */
  private void others(int count, int pairs, BitSink rests) {
    int[] places = space.places;
    int listed = DeltaCodes.list(space.part, pairs, places);
    rests.reserve(2 * listed);
    for (int k = 0; k < listed; k++) {
      int place = places[k];
      int pair = space.rows[place];
      if (pair >>> 4 == OTHER) {
        other(place, rests);
      }
      if ((pair & OTHER) == OTHER && place + pairs < count) {
        other(place + pairs, rests);
      }
    }
  }

  private void other(int slot, BitSink rests) {
    int value = space.target[slot];
    // From here on the number whose low bits are stored.
    space.difference[slot] = value;
    rests.put(value >>> low, form.bits() - low);
  }
}
