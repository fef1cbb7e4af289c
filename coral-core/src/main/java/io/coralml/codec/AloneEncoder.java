package io.coralml.codec;

import java.util.Arrays;

/**
 * Codes a chunk without a base: the upper bits of each element, for floats the exponent and the top
 * of the mantissa, are its symbol, the others verbatim ({@link CodedChunk} has the form). Elements
 * of which there are at most 256 different ones are symbols as a whole.
 */
final class AloneEncoder {
  /** A code has at most this many bits. */
  private static final int CODE_BITS = 16;

  /** Wider elements: only these upper bits are looked at for a code. */
  private static final int WIDE_CODE_BITS = 12;

  /** With fewer slots no more than the bits of wider elements are looked at either. */
  private static final int MANY_SLOTS = 1 << 14;

  /** Codes the sample may show: some more will come. */
  private static final int SAMPLE_SYMBOLS = 224;

  private final EncoderSpace space;
  private final BlockLoader loader;
  private final ElementForm form;
  private final Tuning tuning;
  private final int slots;
  private int verbatim;
  private double symbolBits;
  private int[] palette = new int[0];

  AloneEncoder(EncoderSpace space, BlockLoader loader, Tuning tuning) {
    this.space = space;
    this.loader = loader;
    this.form = loader.form();
    this.tuning = tuning;
    this.slots = loader.slots();
  }

  /**
   * Returns what the chunk will cost, in bits, about and soon: from few blocks, and from no more
   * bits of each element than wider ones have in a code.
   */
  double glance() {
    return plan(tuning.glanceBlocks(), WIDE_CODE_BITS);
  }

  /** Plans from a sample of the chunk's blocks and returns what it will cost, in bits. */
  double plan() {
    return plan(tuning.sampleBlocks(), slots >= MANY_SLOTS ? CODE_BITS : WIDE_CODE_BITS);
  }

  private double plan(int sampleBlocks, int most) {
    int codeBits = form.upper() <= most ? form.upper() : WIDE_CODE_BITS;
    int least = form.upper() - codeBits;
    int[] histogram = space.clearHistogram(1 << codeBits);
    int stride = Tuning.stride(loader.blocks(), sampleBlocks);
    Distinct distinct = new Distinct();
    long sampled = 0;
    for (int block = 0; block < loader.blocks(); block += stride) {
      int count = loader.load(block);
      sampled += count;
      for (int i = 0; i < count; i++) {
        histogram[space.target[i] >>> least]++;
      }
      distinct.addAll(space.target, least == 0 || form.low() > 0 ? 0 : count);
    }
    double scale = (double) slots / sampled;
    double best = Double.MAX_VALUE;
    for (int bits = codeBits; bits >= 1; bits--) {
      int codes = 1 << bits;
      double table = Entropy.tableBits(histogram, 0, codes);
      if (table <= Entropy.tableBits(SAMPLE_SYMBOLS)) {
        double symbols = Entropy.bits(histogram, 0, codes) * scale + table;
        double cost = symbols + (double) slots * (form.upper() - bits);
        if (cost < best) {
          best = cost;
          symbolBits = symbols;
          verbatim = form.upper() - bits;
        }
      }
      fold(histogram, codes);
    }
    if (least > 0 && distinct.isSmall() && distinct.size() > 0) {
      double cost = distinct.bits() * scale + 36.0 * distinct.size();
      if (cost < best && collectPalette()) {
        best = cost;
        symbolBits = cost;
      }
    }
    return best + (double) slots * form.low();
  }

  private static void fold(int[] histogram, int codes) {
    for (int i = 0; i < codes / 2; i++) {
      histogram[i] = histogram[2 * i] + histogram[2 * i + 1];
    }
  }

  /** Finds all different elements, if there are no more than a chunk can have symbols. */
  private boolean collectPalette() {
    Distinct distinct = new Distinct();
    for (int block = 0; block < loader.blocks() && distinct.isSmall(); block++) {
      int count = loader.load(block);
      distinct.addAll(space.target, count);
    }
    palette = distinct.isSmall() ? distinct.sorted() : new int[0];
    return palette.length > 0;
  }

  /** Returns the mode this chunk is best coded in. */
  ChunkMode mode() {
    return palette.length > 0 || verbatim == 0 ? ChunkMode.PALETTE : ChunkMode.ALONE;
  }

  /** Codes the whole chunk as planned. */
  CodedBytes encode() {
    return palette.length > 0 ? encodePalette() : encodeUpperBits();
  }

  private CodedBytes encodeUpperBits() {
    int[] codes = space.codes(slots);
    int low = form.low() + verbatim;
    byte[] fields = space.fields(loader.fieldBytes(low));
    int fieldsEnd = 0;
    int stride = 1 << (form.upper() - verbatim);
    int[] histogram = space.clearHistogram(stride);
    for (int block = 0; block < loader.blocks(); block++) {
      int count = loader.load(block);
      shift(space.target, count, verbatim, space.rows);
      count(space.rows, count, histogram);
      CodePairs.put(space.rows, count, space.part, codes, block);
      fieldsEnd = loader.putFields(space.target, count, low, fields, fieldsEnd);
    }
    if (Entropy.tableBits(histogram, 0, stride) > Entropy.tableBits(ChunkModel.MAX_SYMBOLS)) {
      verbatim++;
      return encodeUpperBits();
    }
    ChunkAssembly assembly =
        new ChunkAssembly(space, mode(), form.withLow(low), tuning, CodeSpace.alone(stride));
    return assembly.finish(
        assembly.usedCodes(),
        codes,
        slots,
        symbolBits,
        fields,
        fieldsEnd,
        new BitSink(new byte[0]));
  }

  private static void shift(int[] values, int count, int shift, int[] into) {
    for (int i = 0; i < count; i++) {
      into[i] = values[i] >>> shift;
    }
  }

  private static void count(int[] codes, int count, int[] histogram) {
    for (int i = 0; i < count; i++) {
      histogram[codes[i]]++;
    }
  }

  private CodedBytes encodePalette() {
    int[] codes = space.codes(slots);
    space.clearHistogram(palette.length);
    for (int block = 0; block < loader.blocks(); block++) {
      int count = loader.load(block);
      for (int i = 0; i < count; i++) {
        space.rows[i] = Distinct.indexOf(palette, space.target[i]);
      }
      count(space.rows, count, space.histogram);
      CodePairs.put(space.rows, count, space.part, codes, block);
    }
    ChunkAssembly assembly =
        new ChunkAssembly(space, ChunkMode.PALETTE, form, tuning, CodeSpace.alone(palette.length))
            .absolutes(0, palette);
    return assembly.finish(
        assembly.usedCodes(), codes, slots, symbolBits, new byte[0], 0, new BitSink(new byte[0]));
  }

  /** Counts different numbers as long as there are few of them. For one thread. */
  private static final class Distinct {
    private static final int BUCKETS = 1024;
    private final int[] values = new int[BUCKETS];
    private final int[] counts = new int[BUCKETS];
    private int size;

    void addAll(int[] numbers, int count) {
      for (int i = 0; i < count && isSmall(); i++) {
        add(numbers[i]);
      }
    }

    private void add(int number) {
      int at = (number * 0x9E3779B1) >>> 22;
      while (counts[at] > 0 && values[at] != number) {
        at = (at + 1) & (BUCKETS - 1);
      }
      size += counts[at] == 0 ? 1 : 0;
      values[at] = number;
      counts[at]++;
    }

    boolean isSmall() {
      return size <= ChunkModel.MAX_SYMBOLS;
    }

    int size() {
      return size;
    }

    double bits() {
      return Entropy.bits(counts, 0, BUCKETS);
    }

    /** Returns the numbers in unsigned order. */
    int[] sorted() {
      int[] sorted = new int[size];
      int next = 0;
      for (int i = 0; i < BUCKETS; i++) {
        if (counts[i] > 0) {
          sorted[next++] = values[i] ^ Integer.MIN_VALUE;
        }
      }
      Arrays.sort(sorted);
      for (int i = 0; i < size; i++) {
        sorted[i] ^= Integer.MIN_VALUE;
      }
      return sorted;
    }

    static int indexOf(int[] sorted, int number) {
      int low = 0;
      int high = sorted.length - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (Integer.compareUnsigned(sorted[middle], number) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
