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
  byte[] finish(
      int[] used,
      int[] codes,
      int slots,
      double symbolBits,
      byte[] fields,
      int fieldBytes,
      BitSink rests) {
    int symbols = used.length;
    int reach = codeSpace.reach();
    int stride = codeSpace.size();
    int differences = 0;
    while (differences < symbols && used[differences] < codeSpace.absolutes()) {
      differences++;
    }
    int exact = 2 * reach + (reach < 0 ? 2 : 1);
    int[] buckets = Arrays.copyOfRange(used, exact, differences);
    for (int i = 0; i < buckets.length; i++) {
      buckets[i] -= codeSpace.buckets();
    }
    int[] absolutes = Arrays.copyOfRange(used, differences, symbols);
    for (int i = 0; i < absolutes.length; i++) {
      int code = absolutes[i] - codeSpace.absolutes();
      absolutes[i] = absoluteValues.length == 0 ? code : absoluteValues[code];
    }
    int log = log(slots, symbols);
    int[][] levels = new int[contexts][symbols];
    space.tables(contexts * stride);
    long bound = (long) slots * RansEncoder.MOST_LOSS;
    for (int context = 0; context < contexts; context++) {
      int from = context * stride;
      for (int symbol = 0; symbol < symbols; symbol++) {
        levels[context][symbol] = Frequencies.levelOf(space.histogram[from + used[symbol]]);
      }
      if (Frequencies.normalize(levels[context], symbols, log, space.counts)) {
        RansEncoder.buildTable(
            space.counts, symbols, log, used, from, space.reciprocals, space.ranges);
        bound += RansEncoder.bound(space.histogram, from, used, space.counts, log);
      }
    }
    BitWriter head = new BitWriter(1024);
    head.put(mode.code(), 8);
    if (scales != null) {
      scales.write(head);
    }
    int lanesLog = tuning.lanesLog(symbolBits);
    ChunkModel.Alphabet alphabet =
        new ChunkModel.Alphabet(reach, codeSpace.fraction(), buckets, verbatim, absolutes);
    new ChunkModel(form.narrow(), form.low(), log, lanesLog, alphabet, topExponent, levels)
        .write(head);
    if (!counted) {
      bound = RansEncoder.bound(slots, log);
    }
    short[] stream = space.symbols(RansEncoder.words(bound));
    space.encoder.encode(codes, slots, log, lanesLog, space.reciprocals, space.ranges, stream);
    return join(head.toBytes(), lanesLog, fields, fieldBytes, rests);
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

  private byte[] join(byte[] head, int lanesLog, byte[] fields, int fieldBytes, BitSink rests) {
    RansEncoder encoder = space.encoder;
    int lanes = 1 << lanesLog;
    int symbolBytes = encoder.length();
    int size = head.length + 4 * lanes + 4 + symbolBytes + fieldBytes + rests.length();
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(head);
    for (int lane = 0; lane < lanes; lane++) {
      out.putInt(encoder.state(lane));
    }
    out.putInt(symbolBytes / 2);
    encoder.copyTo(out.array(), out.position());
    out.position(out.position() + symbolBytes);
    out.put(fields, 0, fieldBytes);
    out.put(rests.bytes(), 0, rests.length());
    return out.array();
  }
}
