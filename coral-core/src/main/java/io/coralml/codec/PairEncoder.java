package io.coralml.codec;

/**
 * Codes a chunk against its base by pairs of slots ({@link SlotPairs}): exact differences that
 * reach a little way, and whole elements where they reach no farther.
 */
final class PairEncoder {
  private static final int REACH = SlotPairs.REACH;

  /** The symbol of all other differences. */
  private static final int OTHER = SlotPairs.SIDE - 1;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final ElementForm form;
  private final Tuning tuning;
  private final int low;

  /**
   * @param low bits of each slot to store as they are, as {@link PairPlan} has it
   */
  PairEncoder(EncoderSpace space, BlockLoader loader, Tuning tuning, int low) {
    this.space = space;
    this.loader = loader;
    this.form = loader.form();
    this.tuning = tuning;
    this.low = low;
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
