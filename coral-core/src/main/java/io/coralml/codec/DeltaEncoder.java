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

  /** Codes from here on are absolute symbols. */
  private static final int ABSOLUTE = 256;

  private static final int ABSOLUTE_FRACTION = 2;
  private static final int ABSOLUTE_CODES = 1 << 12;

  /** The most absolute symbols at first; differences need the rest of the alphabet. */
  private static final int ABSOLUTE_SYMBOLS = 144;

  private static final int FEWEST_ABSOLUTES = 32;

  /** With fewer slots a finer fraction costs more in tables than it gains. */
  private static final int FINE_SLOTS = 3000;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final ElementForm form;
  private final Tuning tuning;
  private final int fraction;
  private final int windowStart;
  private final int slots;
  private final long[] entries = new long[CODES];

  private final int widest;
  private int absoluteLimit;

  // Absolute symbols: used for bases with an exponent up to this, -1 for none.
  private int absoluteUpTo = -1;
  private int verbatim;
  private final short[] absoluteCode = new short[ABSOLUTE_CODES];
  private int[] absolutes = new int[0];

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
    this.windowStart = Math.max(0, form.exponentMask() / 2 - 192);
    this.absoluteLimit = tuning.worthAbsolutes() < 1 ? ABSOLUTE_SYMBOLS : 0;
    this.widest = Math.max(0, form.bits() - 1 - fraction);
    for (int code = 0; code < CODES; code++) {
      int width = Math.min(32, Buckets.bits(code, fraction));
      entries[code] = ((long) Buckets.start(code, fraction) << 32) | width;
    }
  }

  /** Plans from a sample and returns what the chunk will cost, in bits. */
  double plan() {
    int[] histogram = space.histogram;
    space.clearHistogram(EXPONENTS * CODES);
    int stride = Tuning.stride(loader.blocks(), tuning.sampleBlocks());
    sampled = 0;
    for (int block = 0; block < loader.blocks(); block += stride) {
      int count = loader.load(block, null);
      sampled += count;
      for (int i = 0; i < count; i++) {
        histogram[row(space.exponents[i]) + Buckets.code(space.difference[i], fraction)]++;
      }
    }
    findRows(histogram);
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
    estimate = planned.bits() + rest * scale + (double) slots * form.low();
    return estimate;
  }

  private void findRows(int[] histogram) {
    lowRow = 0;
    while (lowRow < EXPONENTS - 1 && isEmpty(histogram, lowRow)) {
      lowRow++;
    }
    highRow = EXPONENTS - 1;
    while (highRow > lowRow && isEmpty(histogram, highRow)) {
      highRow--;
    }
  }

  private static boolean isEmpty(int[] histogram, int row) {
    int any = 0;
    for (int i = row * CODES; i < (row + 1) * CODES; i++) {
      any |= histogram[i];
    }
    return any == 0;
  }

  private int row(int exponent) {
    return Math.max(0, Math.min(EXPONENTS - 1, exponent - windowStart)) * CODES;
  }

  /**
   * Bases so small that the update outweighs them tell nothing of the target but their sign: there
   * the target's own sign and exponent are the better symbol. Finds the exponent up to which.
   */
  private void planAbsolutes(int stride) {
    int[] histogram = space.histogram;
    int high = -1;
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
      }
    }
    if (high < 0) {
      return;
    }
    verbatim = Math.max(0, form.mantissa() - ABSOLUTE_FRACTION);
    int[][] counts = absoluteCounts(stride, high);
    chooseAbsolutes(counts, high);
  }

  private int[][] absoluteCounts(int stride, int high) {
    int[][] counts = new int[high + 1][];
    for (int block = 0; block < loader.blocks(); block += stride) {
      int count = loader.load(block, null);
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
      saved -= Entropy.bits(row, 0, ABSOLUTE_CODES);
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

  private void adopt(int[][] counts, int upTo) {
    int[] used = new int[ABSOLUTE_CODES];
    for (int exponent = 0; exponent <= upTo; exponent++) {
      for (int code = 0; counts[exponent] != null && code < ABSOLUTE_CODES; code++) {
        used[code] += counts[exponent][code];
      }
    }
    dropRare(used);
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
    int[] spans = planned.spans();
    int top = planned.topExponent() + windowStart;
    int[] rows = rows(spans, top);
    char[] codes = space.codes(slots);
    BitSink rests = new BitSink(space.verbatim(slots * 4 + BitSink.SLACK));
    BitSink low = new BitSink(form.low() == 0 ? new byte[0] : space.low(slots * 4 + BitSink.SLACK));
    int contexts = spans.length + 1;
    int[] histogram = space.histogram;
    space.clearHistogram(contexts * CODES);
    for (int block = 0; block < loader.blocks(); block++) {
      int from = block * ElementBlock.SIZE;
      int count = loader.load(block, form.low() == 0 ? null : low);
      code(rows, codes, from, count);
      if (absoluteUpTo >= 0) {
        codeAbsolutes(rows, codes, from, count);
      }
      count(codes, from, count, histogram);
      rests.putRests(space.difference, codes, from, count, entries, widest);
    }
    int excess = symbols(contexts) - ChunkModel.MAX_SYMBOLS;
    if (excess > 0) {
      return withFewerAbsolutes(excess);
    }
    return new ChunkAssembly(space, ChunkMode.DELTA, form.narrow(), tuning)
        .contexts(top, spans)
        .symbols(fraction, verbatim, absolutes, CODES, absolutes.length == 0 ? CODES : ABSOLUTE)
        .finish(codes, slots, low, rests);
  }

  private int symbols(int contexts) {
    int[] sum = new int[CODES];
    for (int i = 0; i < contexts * CODES; i++) {
      sum[i % CODES] |= space.histogram[i];
    }
    return occurring(sum);
  }

  /** More symbols occur than the sample showed, and too many: plans again with fewer. */
  private byte[] withFewerAbsolutes(int excess) {
    int fewer = absolutes.length - excess - 16;
    absoluteLimit = fewer < FEWEST_ABSOLUTES || fewer >= absoluteLimit ? 0 : fewer;
    absolutes = new int[0];
    absoluteUpTo = -1;
    plan();
    return encode();
  }

  /** Returns for each exponent its context's first code. */
  private int[] rows(int[] spans, int top) {
    int[] rows = new int[form.exponentMask() + 1];
    new ChunkModel(0, 0, 0, 0, new int[0], new int[0], top, spans, new int[0][])
        .contextOfExponents(rows);
    for (int exponent = 0; exponent < rows.length; exponent++) {
      rows[exponent] *= CODES;
    }
    return rows;
  }

  private void code(int[] rows, char[] codes, int from, int count) {
    int[] exponents = space.exponents;
    int[] differences = space.difference;
    if (form.bits() <= 16 && fraction == Buckets.SMALL_FRACTION) {
      byte[] small = Buckets.SMALL;
      for (int i = 0; i < count; i++) {
        codes[from + i] = (char) (rows[exponents[i]] + (small[differences[i] & 0xFFFF] & 0xFF));
      }
    } else {
      for (int i = 0; i < count; i++) {
        codes[from + i] = (char) (rows[exponents[i]] + Buckets.code(differences[i], fraction));
      }
    }
  }

  private void codeAbsolutes(int[] rows, char[] codes, int from, int count) {
    int[] exponents = space.exponents;
    for (int i = 0; i < count; i++) {
      if (exponents[i] <= absoluteUpTo) {
        int code = absoluteCode[space.target[i] >>> verbatim];
        if (code != 0) {
          codes[from + i] = (char) (rows[exponents[i]] + code);
          // From here on the number that is coded; its rest is taken from it.
          space.difference[i] = space.target[i];
        }
      }
    }
  }

  private static void count(char[] codes, int from, int count, int[] histogram) {
    for (int i = from; i < from + count; i++) {
      histogram[codes[i]]++;
    }
  }
}
