package io.coralml.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts a coded chunk together once every slot has its code: the alphabet from the codes that occur,
 * frequencies, tables, symbols. {@link CodedChunk} specifies the result.
 */
final class ChunkAssembly {
  /** So many symbols that do not occur may be named to put all absolute ones in a row. */
  private static final int GAPS = 16;

  private final EncoderSpace space;
  private final ChunkMode mode;
  private final ElementForm form;
  private final Tuning tuning;
  private int topExponent;
  private int contexts = 1;
  private final CodeSpace codeSpace;
  private int verbatim;
  private int[] absoluteValues = new int[0];
  private @Nullable Scales scales;
  private boolean counted = true;

  /**
   * @param form with the low bits that are stored as fields
   * @param codeSpace how symbols were numbered
   */
  ChunkAssembly(
      EncoderSpace space, ChunkMode mode, ElementForm form, Tuning tuning, CodeSpace codeSpace) {
    this.space = space;
    this.codeSpace = codeSpace;
    this.mode = mode;
    this.form = form;
    this.tuning = tuning;
  }

  ChunkAssembly contexts(int top, int number) {
    this.topExponent = top;
    this.contexts = number;
    return this;
  }

  /** Says whether the histogram has every slot, or what is to be expected from some. */
  ChunkAssembly counted(boolean every) {
    this.counted = every;
    return this;
  }

  /** Says by which scales contexts were found, if by any. */
  ChunkAssembly scales(@Nullable Scales ofChunk) {
    this.scales = ofChunk;
    return this;
  }

  /**
   * Says what absolute codes mean.
   *
   * @param values by code; empty if a code's distance to the first is the value
   */
  ChunkAssembly absolutes(int verbatimBits, int[] values) {
    this.verbatim = verbatimBits;
    this.absoluteValues = values;
    return this;
  }

  /**
   * Codes the symbols and returns the chunk.
   *
   * @param used as {@link #usedCodes} returned them, no more than a chunk can have symbols
   * @param codes of all slots, each the code plus the context's number times their distance; the
   *     histogram of the workspace has their counts
   * @param symbolBits about what the symbols will take
   */
  CodedBytes finish(
      int[] used,
      int[] codes,
      int slots,
      double symbolBits,
      byte[] fields,
      int fieldBytes,
      BitSink rests) {
    int log = log(slots, used.length);
    ChunkModel model =
        model(alphabet(used), false, log, symbolBits, levels(used, contexts, codeSpace.size()));
    long bound = tables(model, used, codeSpace.size(), slots);
    return encode(model, codes, slots, bound, fields, fieldBytes, rests);
  }

  /**
   * Codes {@link SlotPairs} and returns the chunk.
   *
   * @param codes of all pairs, their numbers; the histogram of the workspace has their counts
   */
  CodedBytes finishPairs(
      int[] codes, int pairs, double symbolBits, byte[] fields, int fieldBytes, BitSink rests) {
    int[] symbols = new int[codeSpace.size()];
    Arrays.setAll(symbols, symbol -> symbol);
    int[] numbers = new int[SlotPairs.SIDE * symbols.length];
    Arrays.setAll(numbers, number -> number);
    int log = log(pairs, numbers.length);
    ChunkModel model =
        model(alphabet(symbols), true, log, symbolBits, levels(numbers, 1, numbers.length));
    long bound = tables(model, numbers, numbers.length, pairs);
    return encode(model, codes, pairs, bound, fields, fieldBytes, rests);
  }

  private ChunkModel.Alphabet alphabet(int[] used) {
    int reach = codeSpace.reach();
    int differences = 0;
    while (differences < used.length && used[differences] < codeSpace.absolutes()) {
      differences++;
    }
    int exact = 2 * reach + (reach < 0 ? 2 : 1);
    int[] buckets = Arrays.copyOfRange(used, exact, differences);
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] -= codeSpace.buckets();
    }
    int[] absolutes = Arrays.copyOfRange(used, differences, used.length);
    for (int i = 0; i < absolutes.length; i++) {
      int code = absolutes[i] - codeSpace.absolutes();
      absolutes[i] = absoluteValues.length == 0 ? code : absoluteValues[code];
    }
    return new ChunkModel.Alphabet(reach, codeSpace.fraction(), buckets, verbatim, absolutes);
  }

  /** Returns the levels of the codes that occur, by context. */
  private int[][] levels(int[] used, int contexts, int stride) {
    int[][] levels = new int[contexts][used.length];
    for (int context = 0; context < contexts; context++) {
      for (int symbol = 0; symbol < used.length; symbol++) {
        levels[context][symbol] =
            Frequencies.levelOf(space.histogram[context * stride + used[symbol]]);
      }
    }
    return levels;
  }

  private ChunkModel model(
      ChunkModel.Alphabet alphabet, boolean paired, int log, double symbolBits, int[][] levels) {
    int lanesLog = tuning.lanesLog(symbolBits);
    return new ChunkModel(
        form.narrow(), form.low(), log, lanesLog, alphabet, paired, topExponent, levels);
  }

  /** Fills the encoder's tables and returns a bound on what the symbols will take. */
  private long tables(ChunkModel model, int[] used, int stride, int slots) {
    space.tables(model.contexts() * stride);
    long bound = (long) slots * RansEncoder.MOST_LOSS;
    for (int context = 0; context < model.contexts(); context++) {
      int from = context * stride;
      if (Frequencies.normalize(model.levels[context], used.length, model.log, space.counts)) {
        RansEncoder.buildTable(
            space.counts, used.length, model.log, used, from, space.reciprocals, space.ranges);
        bound += RansEncoder.bound(space.histogram, from, used, space.counts, model.log);
      }
    }
    return counted ? bound : RansEncoder.bound(slots, model.log);
  }

  private CodedBytes encode(
      ChunkModel model,
      int[] codes,
      int slots,
      long bound,
      byte[] fields,
      int fieldBytes,
      BitSink rests) {
    BitWriter head = new BitWriter(1024);
    head.put(mode.code(), 8);
    if (scales != null) {
      scales.write(head);
    }
    model.write(head);
    short[] stream = space.symbols(RansEncoder.words(bound));
    space.encoder.encode(
        codes, slots, model.log, model.lanesLog, space.reciprocals, space.ranges, stream);
    return join(head.toBytes(), model.lanesLog, fields, fieldBytes, rests);
  }

  /**
   * Returns the codes that occur in the histogram of the workspace, and all exact ones; ascending.
   */
  int[] usedCodes() {
    int stride = codeSpace.size();
    int reach = codeSpace.reach();
    int[] any = Arrays.copyOf(space.histogram, stride);
    int[] more = new int[stride];
    for (int context = 1; context < contexts; context++) {
      System.arraycopy(space.histogram, context * stride, more, 0, stride);
      join(any, more, stride);
    }
    for (int code = 0; code <= 2 * reach; code++) {
      any[code] = 1;
    }
    int[] used = new int[stride];
    int count = 0;
    for (int code = 0; code < stride; code++) {
      if (any[code] != 0) {
        used[count++] = code;
      }
    }
    return reach < 0 && absoluteValues.length == 0
        ? inRow(used, count)
        : Arrays.copyOf(used, count);
  }

  private static void join(int[] any, int[] more, int count) {
    for (int i = 0; i < count; i++) {
      any[i] |= more[i];
    }
  }

  /** A decoder is faster if symbols are numbers in a row. */
  private static int[] inRow(int[] used, int count) {
    int row = used[count - 1] - used[0] + 1;
    if (row > Math.min(ChunkModel.MAX_SYMBOLS, count + GAPS)) {
      return Arrays.copyOf(used, count);
    }
    int[] all = new int[row];
    for (int i = 0; i < row; i++) {
      all[i] = used[0] + i;
    }
    return all;
  }

  private int log(int slots, int symbols) {
    int enough = 34 - Integer.numberOfLeadingZeros(symbols);
    int bySize = 32 - Integer.numberOfLeadingZeros(slots / 2 + 1);
    return Math.max(
        Math.max(Rans.MIN_LOG, enough),
        Math.min(contexts == 1 ? tuning.oneTableLog() : tuning.tableLog(), bySize));
  }

  private CodedBytes join(byte[] head, int lanesLog, byte[] fields, int fieldBytes, BitSink rests) {
    RansEncoder encoder = space.encoder;
    int lanes = 1 << lanesLog;
    int symbolBytes = encoder.length();
    int size = head.length + 4 * lanes + 4 + symbolBytes + fieldBytes + rests.length();
    ByteBuffer out = ByteBuffer.wrap(space.takeOutput(size));
    out.order(ByteOrder.LITTLE_ENDIAN).put(head);
    for (int lane = 0; lane < lanes; lane++) {
      out.putInt(encoder.state(lane));
    }
    out.putInt(symbolBytes / 2);
    encoder.copyTo(out.array(), out.position());
    out.position(out.position() + symbolBytes);
    out.put(fields, 0, fieldBytes);
    out.put(rests.bytes(), 0, rests.length());
    return new CodedBytes(out.array(), size, head.length + 4 * lanes + 4);
  }
}
