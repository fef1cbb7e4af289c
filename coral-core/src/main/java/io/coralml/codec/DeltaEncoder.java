package io.coralml.codec;

/**
 * Codes a chunk against its base: plans from a sample of its blocks ({@link DeltaPlan}), then codes
 * all of it ({@link CodedChunk} has the form).
 */
final class DeltaEncoder {
  /** Fewer absolute symbols than this are not worth having. */
  private static final int FEWEST_ABSOLUTES = 16;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final ElementForm form;
  private final Tuning tuning;
  private final int slots;
  // Whether every slot is counted for the frequencies; else one in some is, and counts for them.
  private final boolean counted;
  private int absoluteLimit;
  private DeltaPlan plan;
  private CodeSpace codeSpace;

  /** With fewer slots all are counted. */
  private static final int MANY_SLOTS = 1 << 15;

  /** Plans how to code a chunk. */
  DeltaEncoder(EncoderSpace space, BlockLoader loader, Tuning tuning) {
    this.space = space;
    this.loader = loader;
    this.form = loader.form();
    this.tuning = tuning;
    this.slots = loader.slots();
    this.counted = tuning.countEvery() == 1 || slots < MANY_SLOTS;
    // Differences need the rest of the alphabet.
    this.absoluteLimit = tuning.worthAbsolutes() < 1 ? DeltaSample.ABSOLUTES : 0;
    this.plan = DeltaPlan.of(space, loader, tuning, absoluteLimit);
    this.codeSpace = codeSpace();
  }

  private CodeSpace codeSpace() {
    int bits = form.width() == 8 ? 32 : form.bits() - plan.low();
    int[] absolutes = plan.absolutes().values();
    return CodeSpace.differences(plan.reach(), DeltaPlan.BUCKET_FRACTION, bits, absolutes.length);
  }

  private ChunkMode mode() {
    return loader.scales() == null ? ChunkMode.DELTA : ChunkMode.SCALED;
  }

  /** Returns about what the chunk will cost, in bits. */
  double bits() {
    return plan.bits() + (loader.scales() == null ? 0 : loader.scales().bits());
  }

  /** Returns the share of the sample that equals its base. */
  double unchanged() {
    return plan.unchanged();
  }

  /** Codes the whole chunk as planned. */
  CodedBytes encode() {
    return plan.pairs().low() >= 0
        ? new PairEncoder(space, loader, tuning, plan.pairs().low()).encode()
        : encodeSlots();
  }

  private CodedBytes encodeSlots() {
    int low = plan.low();
    int[] codes = space.codes(slots);
    BitSink rests = new BitSink(space.verbatim());
    byte[] fields = space.fields(loader.fieldBytes(low));
    int fieldsEnd = 0;
    space.clearHistogram(plan.contexts() * codeSpace.size());
    for (int block = 0; block < loader.blocks(); block++) {
      int count = oneContext() ? loader.loadDifferences(block) : loader.load(block);
      find(count);
      code(count, rests);
      CodePairs.put(space.rows, count, space.part, codes, block);
      fieldsEnd = loader.putFields(space.difference, count, low, fields, fieldsEnd);
    }
    space.verbatim(rests.bytes());
    if (!counted) {
      foresee();
    }
    int verbatim = Math.max(0, plan.absolutes().verbatim() - low);
    ChunkAssembly assembly =
        new ChunkAssembly(space, mode(), form.withLow(low), tuning, codeSpace)
            .scales(loader.scales())
            .counted(counted)
            .contexts(plan.topExponent(), plan.contexts())
            .absolutes(verbatim, plan.absolutes().values());
    int[] used = assembly.usedCodes();
    if (used.length > ChunkModel.MAX_SYMBOLS) {
      return withFewerSymbols(used.length - ChunkModel.MAX_SYMBOLS);
    }
    return assembly.finish(used, codes, slots, plan.symbolBits(), fields, fieldsEnd, rests);
  }

  private boolean oneContext() {
    return plan.contexts() == 1 && plan.absolutes().upTo() < 0;
  }

  /** Finds the codes of a block's exact differences, and where others are. */
  private void find(int count) {
    int[] upper = space.difference;
    int shift = plan.low();
    if (form.width() == 8) {
      loader.wideUpper(plan.low(), count);
      upper = space.upper;
      shift = 0;
    }
    if (oneContext()) {
      DeltaCodes.find(upper, shift, space.rows, space.part, count, plan.reach());
    } else {
      DeltaCodes.find(
          upper,
          shift,
          space.exponents,
          space.rows,
          space.part,
          count,
          plan.reach(),
          plan.topExponent(),
          plan.contexts() - 1,
          codeSpace.size(),
          plan.absolutes().upTo());
    }
  }

  /** Lets every exact difference occur: of those that were not counted nobody knows. */
  private void foresee() {
    int[] histogram = space.histogram;
    for (int context = 0; context < plan.contexts(); context++) {
      int from = context * codeSpace.size();
      int notExact = DeltaCodes.notExact(plan.reach());
      for (int code = 0; code < notExact; code++) {
        histogram[from + code] = Math.max(1, histogram[from + code]);
      }
      histogram[from + notExact] = 0;
    }
  }

  /**
   * Counts the codes of a block, as if every difference were exact, and then corrects the few that
   * are not: a branch for each would be mispredicted too often.
   */
  private void code(int count, BitSink rests) {
    int[] codes = space.rows;
    int[] places = space.places;
    int[] histogram = space.histogram;
    int others = DeltaCodes.list(space.part, count, places);
    if (counted) {
      DeltaCodes.count(codes, count, histogram);
    } else {
      DeltaCodes.sample(codes, count, tuning.countEvery(), histogram);
    }
    int notExact = DeltaCodes.notExact(plan.reach());
    rests.reserve(others);
    for (int k = 0; k < others; k++) {
      int i = places[k];
      int code = codes[i] - notExact + codeOther(i, rests);
      histogram[codes[i]]--;
      histogram[code]++;
      codes[i] = code;
    }
  }

  /** Finds the code of a difference that is not exact, or of an absolute symbol. */
  private int codeOther(int i, BitSink rests) {
    int low = plan.low();
    AbsolutePlan absolutes = plan.absolutes();
    if (space.exponents[i] <= absolutes.upTo()) {
      int value = space.target[i] >>> low;
      int code = absolutes.codeOf(value >>> (absolutes.verbatim() - low));
      if (code != 0) {
        // From here on the number whose low bits are stored.
        space.difference[i] = space.target[i];
        rests.put(value, absolutes.verbatim() - low);
        return codeSpace.absolutes() + code - 1;
      }
    }
    int number = loader.upperOf(i, low);
    int reach = plan.reach();
    if (number >= -reach && number <= reach) {
      return number + reach;
    }
    return codeSpace.buckets() + DeltaCodes.bucket(number, DeltaPlan.BUCKET_FRACTION, rests);
  }

  /** More symbols occur than the sample showed, and too many: plans again with fewer. */
  private CodedBytes withFewerSymbols(int excess) {
    int absolutes = plan.absolutes().values().length;
    if (absolutes == 0) {
      plan = plan.withReach(Math.max(0, plan.reach() - excess));
    } else {
      int fewer = absolutes - excess - 16;
      absoluteLimit = fewer < FEWEST_ABSOLUTES || fewer >= absoluteLimit ? 0 : fewer;
      plan = DeltaPlan.of(space, loader, tuning, absoluteLimit);
    }
    codeSpace = codeSpace();
    return encodeSlots();
  }
}
