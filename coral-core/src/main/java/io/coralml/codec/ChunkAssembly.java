package io.coralml.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Puts a coded chunk together once every slot has its code: the alphabet from the codes that occur,
 * frequencies, tables, symbols. {@link CodedChunk} specifies the result.
 */
final class ChunkAssembly {
  private final EncoderSpace space;
  private final ChunkMode mode;
  private final int narrow;
  private final Tuning tuning;
  private int topExponent;
  private int[] spans = new int[0];
  private int fraction;
  private int verbatim;
  private int[] absoluteValues = new int[0];
  private int stride;
  private int firstAbsolute;

  ChunkAssembly(EncoderSpace space, ChunkMode mode, int narrow, Tuning tuning) {
    this.space = space;
    this.mode = mode;
    this.narrow = narrow;
    this.tuning = tuning;
  }

  ChunkAssembly contexts(int top, int[] exponentSpans) {
    this.topExponent = top;
    this.spans = exponentSpans;
    return this;
  }

  /**
   * Says what codes mean.
   *
   * @param values the values of absolute symbols, by code; empty if a code is the value itself
   * @param codesPerContext distance of two contexts' codes, and of their counts in the histogram
   * @param first code of the first absolute symbol; those below are difference symbols
   */
  ChunkAssembly symbols(
      int fractionBits, int verbatimBits, int[] values, int codesPerContext, int first) {
    this.fraction = fractionBits;
    this.verbatim = verbatimBits;
    this.absoluteValues = values;
    this.stride = codesPerContext;
    this.firstAbsolute = first;
    return this;
  }

  /**
   * Codes the symbols and returns the chunk.
   *
   * @param codes of all slots; the histogram of the workspace has their counts
   */
  byte[] finish(char[] codes, int slots, BitSink low, BitSink rests) {
    int contexts = spans.length + 1;
    int[] used = usedCodes(contexts);
    int symbols = used.length;
    int differences = 0;
    while (differences < symbols && used[differences] < firstAbsolute) {
      differences++;
    }
    int[] absolutes = new int[symbols - differences];
    for (int i = 0; i < absolutes.length; i++) {
      int code = used[differences + i] - firstAbsolute;
      absolutes[i] = absoluteValues.length == 0 ? code : absoluteValues[code];
    }
    int log = log(slots, symbols);
    int[][] levels = new int[contexts][symbols];
    for (int context = 0; context < contexts; context++) {
      for (int symbol = 0; symbol < symbols; symbol++) {
        levels[context][symbol] =
            Frequencies.levelOf(space.histogram[context * stride + used[symbol]]);
      }
      buildTable(levels[context], context, used, log);
    }
    BitWriter head = new BitWriter(1024);
    head.put(mode.code(), 8);
    new ChunkModel(
            narrow,
            log,
            fraction,
            verbatim,
            Arrays.copyOf(used, differences),
            absolutes,
            topExponent,
            spans,
            levels)
        .write(head);
    byte[] stream = space.symbols(slots / 2 * 3 + slots / 8 + 64);
    Ans.Writer writer = new Ans.Writer(stream, log);
    writer.encode(codes, 0, slots, space.states, space.table);
    return join(head.toBytes(), writer, log, stream, low, rests);
  }

  private int[] usedCodes(int contexts) {
    boolean[] seen = new boolean[stride];
    for (int i = 0; i < contexts * stride; i++) {
      seen[i % stride] |= space.histogram[i] > 0;
    }
    int[] used = new int[stride];
    int count = 0;
    for (int code = 0; code < stride; code++) {
      if (seen[code]) {
        used[count++] = code;
      }
    }
    return Arrays.copyOf(used, count);
  }

  private int log(int slots, int symbols) {
    int enough = 34 - Integer.numberOfLeadingZeros(symbols);
    int bySize = 32 - Integer.numberOfLeadingZeros(slots / 2 + 1);
    return Math.max(
        Math.max(Ans.MIN_LOG, enough),
        Math.min(spans.length == 0 ? tuning.oneTableLog() : tuning.tableLog(), bySize));
  }

  private void buildTable(int[] levels, int context, int[] used, int log) {
    int size = 1 << log;
    long[] table = space.table((spans.length + 1) * stride);
    char[] states = space.states((spans.length + 1) << log);
    if (!Frequencies.normalize(levels, used.length, log, space.counts)) {
      return; // No element has this context; it is written all the same.
    }
    long[] entries = new long[used.length];
    Ans.buildEncoder(
        space.counts, used.length, log, states, context * size, entries, 0, space.spread);
    for (int symbol = 0; symbol < used.length; symbol++) {
      table[context * stride + used[symbol]] = entries[symbol];
    }
  }

  private static byte[] join(
      byte[] head, Ans.Writer writer, int log, byte[] stream, BitSink low, BitSink rests) {
    int streamBytes = writer.length();
    int size = head.length + 12 + streamBytes + low.length() + rests.length();
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).put(head);
    for (int lane = 0; lane < 4; lane++) {
      out.putShort((short) writer.state(lane, log));
    }
    out.putInt(streamBytes | (writer.skippedBits() << 29));
    out.put(stream, stream.length - streamBytes, streamBytes);
    out.put(low.bytes(), 0, low.length());
    out.put(rests.bytes(), 0, rests.length());
    return out.array();
  }
}
