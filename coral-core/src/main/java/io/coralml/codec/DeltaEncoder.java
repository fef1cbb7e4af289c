package io.coralml.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Codes a chunk against its base: looks at a sample of its blocks, plans contexts and symbols, then
 * codes all of it ({@link CodedChunk} has the form).
 */
final class DeltaEncoder {
  private static final int CODES = Buckets.CODES;

  /** Exponents of which statistics are kept; what is below the window counts as its lowest. */
  private static final int EXPONENTS = 256;

  /** In the histogram of the sample codes from here on are absolute symbols. */
  private static final int ABSOLUTE = 256;

  private static final int ABSOLUTE_FRACTION = 2;
  private static final int ABSOLUTE_CODES = 1 << 12;

  /** The most absolute symbols at first; differences need the rest of the alphabet. */
  private static final int ABSOLUTE_SYMBOLS = 64;

  private static final int FEWEST_ABSOLUTES = 16;

  /** Of the buckets that are stored. */
  private static final int BUCKET_FRACTION = 2;

  /** With fewer slots more exact differences cost more in tables than they gain. */
  private static final int MANY_SLOTS = 20_000;

  /** With fewer slots a finer fraction costs more in tables than it gains. */
  private static final int FINE_SLOTS = 3000;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final ElementForm form;
  private final Tuning tuning;
  // Of the histogram of the sample; with more than two, its codes are the differences themselves.
  private final int fraction;
  private final int windowStart;
  private final int slots;
  private final long[] entries = new long[CODES];

  private int absoluteLimit;

  // Exact differences reach so far at most, and so far as planned.
  private final int farthest;
  private int reach;
  private int low;

  // Absolute symbols: used for bases with an exponent up to this, -1 for none.
  private int absoluteUpTo = -1;
  private int verbatim;
  private final short[] absoluteCode = new short[ABSOLUTE_CODES];
  private int[] absolutes = new int[0];
  // Elements of the sample that must do without: as differences they take all their bits.
  private long dropped;

  private @Nullable ContextPlan plan;
  // The exponents that occur in the sample lie between these.
  private int lowRow;
  private int highRow;
  private double estimate;
  private double unchanged;
  private long sampled;

  DeltaEncoder(EncoderSpace space, BlockLoader loader, Tuning tuning) {
    this.space = space;
    this.loader = loader;
    this.form = loader.form();
    this.tuning = tuning;
    this.slots = loader.slots();
    this.fraction = form.bits() <= 8 ? 7 : slots > FINE_SLOTS ? 2 : 1;
    this.farthest =
        form.bits() <= 8
            ? ChunkModel.MAX_REACH
            : slots > MANY_SLOTS ? tuning.reach() : slots > FINE_SLOTS ? 31 : 7;
    this.windowStart = Math.max(0, form.exponentMask() / 2 - 192);
    this.absoluteLimit = tuning.worthAbsolutes() < 1 ? ABSOLUTE_SYMBOLS : 0;
    for (int code = 0; code < CODES; code++) {
      int width = Math.min(32, Buckets.bits(code, fraction));
      entries[code] = ((long) Buckets.start(code, fraction) << 32) | width;
    }
  }

  /** Plans from a sample and returns what the chunk will cost, in bits. */
  double plan() {
    int[] histogram = space.histogram;
    space.clearHistogram(EXPONENTS * CODES);
    lowRow = EXPONENTS - 1;
    highRow = 0;
    int stride = Tuning.stride(loader.blocks(), tuning.sampleBlocks());
    sampled = 0;
    dropped = 0;
    for (int block = 0; block < loader.blocks(); block += stride) {
      int count = loader.load(block);
      sampled += count;
      for (int i = 0; i < count; i++) {
        int row = row(space.exponents[i]);
        lowRow = Math.min(lowRow, row);
        highRow = Math.max(highRow, row);
        histogram[row * CODES + Buckets.code(space.difference[i], fraction)]++;
      }
    }
    long equal = 0;
    for (int exponent = lowRow; exponent <= highRow; exponent++) {
      equal += histogram[exponent * CODES];
    }
    unchanged = (double) equal / sampled;
    double scale = (double) slots / sampled;
    if (form.isFloat() && form.width() < 8 && form.bits() > 8 && absoluteLimit > 0) {
      planAbsolutes(stride);
    }
    int most = form.isFloat() ? tuning.contexts() : 1;
    int codes = ABSOLUTE + absolutes.length;
    codes = fraction > 2 ? CODES : codes;
    ContextPlan planned = ContextPlan.of(histogram, lowRow, highRow, codes, scale, most);
    double rest = 0;
    for (int exponent = lowRow; exponent <= highRow; exponent++) {
      for (int code = 0; code < codes; code++) {
        rest += histogram[exponent * CODES + code] * (double) (int) entries[code];
      }
    }
    plan = planned;
    estimate = planned.bits() + (rest + (double) dropped * form.upper()) * scale;
    estimate += (double) slots * form.low();
    LowPlan lows =
        fraction > BUCKET_FRACTION
            ? new LowPlan(0, farthest)
            : LowPlan.of(
                histogram,
                lowRow,
                highRow,
                fraction,
                form.upper(),
                farthest,
                tuning.lowLoss() * estimate / scale);
    low = form.low() + lows.low();
    low = absoluteUpTo < 0 ? low : Math.min(low, verbatim);
    reach = lows.reach();
    return estimate;
  }

  private int row(int exponent) {
    return Math.max(0, Math.min(EXPONENTS - 1, exponent - windowStart));
  }

  /**
   * Bases so small that the update outweighs them tell nothing of the target but their sign: there
   * the target's own sign and exponent are the better symbol. Finds the exponent up to which.
   */
  private void planAbsolutes(int stride) {
    int[] histogram = space.histogram;
    int high = -1;
    long elements = 0;
    for (int exponent = lowRow; exponent <= highRow; exponent++) {
      int from = exponent * CODES;
      long count = 0;
      double bits = Entropy.bits(histogram, from, from + ABSOLUTE);
      for (int code = 0; code < ABSOLUTE; code++) {
        count += histogram[from + code];
        bits += histogram[from + code] * (double) (int) entries[code];
      }
      if (count > 0 && bits / count > form.mantissa() + 2.0) {
        high = exponent;
        elements += count;
      }
    }
    // What so few elements could save is less than it must be.
    if (high < 0 || elements < 4 * tuning.worthAbsolutes() * sampled) {
      return;
    }
    verbatim = Math.max(0, form.mantissa() - ABSOLUTE_FRACTION);
    int[][] counts = absoluteCounts(stride, high);
    chooseAbsolutes(counts, high);
  }

  private int[][] absoluteCounts(int stride, int high) {
    int[][] counts = new int[high + 1][];
    for (int block = 0; block < loader.blocks(); block += stride) {
      int count = loader.load(block);
      for (int i = 0; i < count; i++) {
        int exponent = Math.max(0, space.exponents[i] - windowStart);
        if (exponent <= high) {
          int[] row = counts[exponent];
          if (row == null) {
            row = new int[ABSOLUTE_CODES];
            counts[exponent] = row;
          }
          row[space.target[i] >>> verbatim]++;
        }
      }
    }
    return counts;
  }

  /** Takes the exponent below which absolute symbols save most, if there is one. */
  private void chooseAbsolutes(int[][] counts, int high) {
    int[] histogram = space.histogram;
    int[] occurring = occurringCodes(counts);
    double saved = 0;
    double mostSaved = tuning.worthAbsolutes() * form.bits() * sampled;
    int best = -1;
    for (int exponent = 0; exponent <= high; exponent++) {
      int[] row = counts[exponent];
      if (row == null) {
        continue;
      }
      int from = exponent * CODES;
      saved += Entropy.bits(histogram, from, from + ABSOLUTE);
      saved -= Entropy.bits(row, occurring);
      for (int code = 0; code < ABSOLUTE; code++) {
        saved += histogram[from + code] * ((double) (int) entries[code] - verbatim);
      }
      if (saved > mostSaved) {
        mostSaved = saved;
        best = exponent;
      }
    }
    if (best >= 0) {
      adopt(counts, best);
    }
  }

  /** Returns the codes of which any row has some, ascending. */
  private static int[] occurringCodes(int[][] counts) {
    int[] any = new int[ABSOLUTE_CODES];
    for (int[] row : counts) {
      for (int code = 0; row != null && code < ABSOLUTE_CODES; code++) {
        any[code] |= row[code];
      }
    }
    int[] codes = new int[occurring(any)];
    int next = 0;
    for (int code = 0; code < ABSOLUTE_CODES; code++) {
      if (any[code] != 0) {
        codes[next++] = code;
      }
    }
    return codes;
  }

  private void adopt(int[][] counts, int upTo) {
    int[] used = new int[ABSOLUTE_CODES];
    for (int exponent = 0; exponent <= upTo; exponent++) {
      for (int code = 0; counts[exponent] != null && code < ABSOLUTE_CODES; code++) {
        used[code] += counts[exponent][code];
      }
    }
    long before = Arrays.stream(used).asLongStream().sum();
    dropRare(used);
    dropped = before - Arrays.stream(used).asLongStream().sum();
    int number = occurring(used);
    while (number > absoluteLimit) {
      verbatim++;
      fold(used);
      for (int[] row : counts) {
        fold(row);
      }
      number = occurring(used);
    }
    absoluteUpTo = upTo + windowStart;
    Arrays.fill(absoluteCode, (short) 0);
    absolutes = new int[number];
    int next = 0;
    for (int code = 0; code < ABSOLUTE_CODES; code++) {
      if (used[code] > 0) {
        absolutes[next] = code;
        absoluteCode[code] = (short) (ABSOLUTE + next);
        entries[ABSOLUTE + next] = ((long) (code << verbatim) << 32) | verbatim;
        next++;
      }
    }
    int[] histogram = space.histogram;
    for (int exponent = 0; exponent <= upTo; exponent++) {
      if (counts[exponent] != null) {
        Arrays.fill(histogram, exponent * CODES, (exponent + 1) * CODES, 0);
        for (int i = 0; i < number; i++) {
          histogram[exponent * CODES + ABSOLUTE + i] = counts[exponent][absolutes[i]];
        }
      }
    }
  }

  /** Leaves the rarest out, which then are differences, as long as they are rare all together. */
  private void dropRare(int[] used) {
    long rare = Arrays.stream(used).asLongStream().sum() / 128;
    for (int most = 1; occurring(used) > absoluteLimit; most *= 2) {
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

  private static int occurring(int[] counts) {
    int number = 0;
    for (int count : counts) {
      number += count > 0 ? 1 : 0;
    }
    return number;
  }

  private static void fold(int @Nullable [] counts) {
    for (int i = 0; counts != null && i < counts.length; i++) {
      int next = 2 * i + 1;
      counts[i] = next < counts.length ? counts[2 * i] + counts[next] : 0;
    }
  }

  /** Returns the share of the sample that equals its base. */
  double unchanged() {
    return unchanged;
  }

  /** Codes the whole chunk as planned. */
  byte[] encode() {
    ContextPlan planned = plan;
    if (planned == null) {
      plan();
      return encode();
    }
    int top = planned.topExponent() + windowStart;
    int contexts = planned.contexts();
    char[] codes = space.codes(slots);
    BitSink rests = new BitSink(space.verbatim(slots * 4 + BitSink.SLACK));
    byte[] fields = space.fields(loader.fieldBytes(low));
    int fieldsEnd = 0;
    space.clearHistogram(contexts << EncoderSpace.CODE_LOG);
    for (int block = 0; block < loader.blocks(); block++) {
      int count = loader.load(block);
      int[] upper = space.difference;
      int shift = low;
      if (form.width() == 8) {
        loader.wideUpper(low, count);
        upper = space.upper;
        shift = 0;
      }
      if (contexts == 1 && absoluteUpTo < 0) {
        DeltaCodes.find(upper, shift, space.rows, space.part, count, reach);
      } else {
        DeltaCodes.find(
            upper,
            shift,
            space.exponents,
            space.rows,
            space.part,
            count,
            reach,
            top,
            contexts - 1,
            absoluteUpTo);
      }
      code(codes, block * ElementBlock.SIZE, count, rests);
      fieldsEnd = loader.putFields(space.difference, count, low, fields, fieldsEnd);
    }
    ChunkAssembly assembly =
        new ChunkAssembly(space, ChunkMode.DELTA, form.withLow(low), tuning)
            .contexts(top, contexts)
            .differences(reach, BUCKET_FRACTION)
            .absolutes(Math.max(0, verbatim - low), absolutes);
    int[] used = assembly.usedCodes();
    if (used.length > ChunkModel.MAX_SYMBOLS) {
      return withFewerSymbols(used.length - ChunkModel.MAX_SYMBOLS);
    }
    return assembly.finish(used, codes, slots, planned.bits(), fields, fieldsEnd, rests);
  }

  /**
   * Keeps the codes of a block, as if every difference were exact, and then corrects the few that
   * are not: a branch for each would be mispredicted too often.
   */
  private void code(char[] codes, int from, int count, BitSink rests) {
    int[] rows = space.rows;
    int[] histogram = space.histogram;
    int others = DeltaCodes.record(rows, space.part, count, codes, from, histogram, space.places);
    for (int k = 0; k < others; k++) {
      int i = space.places[k];
      int code = rows[i] - DeltaCodes.NOT_EXACT + codeOther(i, rests);
      histogram[rows[i]]--;
      histogram[code]++;
      codes[from + i] = (char) code;
    }
  }

  /** Finds the code of a difference that is not exact, or of an absolute symbol. */
  private int codeOther(int i, BitSink rests) {
    int number = loader.upperOf(i, low);
    if (space.exponents[i] <= absoluteUpTo) {
      int value = space.target[i] >>> low;
      int code = absoluteCode[value >>> (verbatim - low)];
      if (code != 0) {
        // From here on the number whose low bits are stored.
        space.difference[i] = space.target[i];
        rests.put(value, verbatim - low);
        return ChunkAssembly.ABSOLUTES + code - ABSOLUTE;
      }
    }
    if (number >= -reach && number <= reach) {
      return number + reach;
    }
    int code = Buckets.code(number, BUCKET_FRACTION);
    rests.put(number - Buckets.start(code, BUCKET_FRACTION), Buckets.bits(code, BUCKET_FRACTION));
    return ChunkAssembly.BUCKETS + code;
  }

  /** More symbols occur than the sample showed, and too many: plans again with fewer. */
  private byte[] withFewerSymbols(int excess) {
    if (absolutes.length == 0) {
      reach = Math.max(0, reach - excess);
      return encode();
    }
    int fewer = absolutes.length - excess - 16;
    absoluteLimit = fewer < FEWEST_ABSOLUTES || fewer >= absoluteLimit ? 0 : fewer;
    absolutes = new int[0];
    absoluteUpTo = -1;
    plan();
    return encode();
  }
}
