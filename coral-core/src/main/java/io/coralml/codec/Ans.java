package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A table-driven asymmetric numeral system (tANS; J. Duda, <em>Asymmetric numeral systems</em>,
 * arXiv 1311.2540) with one table per context, four interleaved states and one bit stream.
 *
 * <h2>Specification, format 1</h2>
 *
 * A table of log L has 2^L entries. Symbols with counts that add up to 2^L ({@link Frequencies})
 * are spread over it in order: each occurrence goes to the next position, the first to 0, each next
 * position being the last plus 5/8 * 2^L + 3, modulo 2^L; L is at least 5. Entries are then
 * numbered per symbol in order of position, beginning with the symbol's count: entry u with number
 * x has {@code bits} = L - floor(log2 x) and {@code next} = (x &lt;&lt; bits) - 2^L.
 *
 * <p>The symbol of element i is decoded with state i mod 4 by the table of the element's context:
 * the entry at the state is its symbol, and the new state is {@code next} plus the next {@code
 * bits} bits of the stream. Bits are read from the lowest of each byte up, and the first read is
 * the lowest of a number. All four states are 0 behind the last element.
 *
 * <h2>Speed</h2>
 *
 * One unaligned 64-bit load serves four symbols of at most 12 bits each, wherever in its first byte
 * the stream stands. Nothing on the path of a symbol is a branch that depends on the data; C2 keeps
 * the four states, the window and the position in registers because the loop does nothing else.
 */
final class Ans {
  /** The largest table log: four symbols must fit in the window of one load. */
  static final int MAX_LOG = 12;

  /** The smallest table log for which the spreading step visits every position once. */
  static final int MIN_LOG = 5;

  /** An entry of the table of a context that no element has: symbol 0, state 0, no bits. */
  static final int UNUSED = 0;

  /** Bytes that must be readable behind the end of a stream. */
  static final int SLACK = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Ans() {}

  /** Puts each symbol where the specification says. */
  private static void spread(int[] counts, int symbols, int log, byte[] into) {
    int size = 1 << log;
    int step = (size >> 1) + (size >> 3) + 3;
    int position = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      for (int i = 0; i < counts[symbol]; i++) {
        into[position] = (byte) symbol;
        position = (position + step) & (size - 1);
      }
    }
  }

  /**
   * Builds a decoding table.
   *
   * <p>An entry holds {@code bits} in its lowest 8 bits, the symbol in the next 8 and {@code next}
   * in the highest 12. So it is a shift count as it is: a shift takes the lowest five or six bits
   * of its count and ignores the rest; and the lowest six bits of the sum of four entries are the
   * sum of their bits.
   *
   * @param counts add up to 2^log
   * @param into receives 2^log entries from {@code offset} on
   * @param scratch at least 2^log bytes
   */
  static void buildDecoder(
      int[] counts, int symbols, int log, int[] into, int offset, byte[] scratch) {
    spread(counts, symbols, log, scratch);
    int[] numbers = counts.clone();
    int size = 1 << log;
    for (int position = 0; position < size; position++) {
      int symbol = scratch[position] & 0xFF;
      int number = numbers[symbol]++;
      int bits = log - (31 - Integer.numberOfLeadingZeros(number));
      int next = (number << bits) - size;
      into[offset + position] = (next << 20) | (symbol << 8) | bits;
    }
  }

  /**
   * Builds an encoding table.
   *
   * @param counts add up to 2^log
   * @param states receives 2^log states from {@code stateOffset} on
   * @param symbolsInto receives for each symbol, from {@code symbolOffset} on, what has to be added
   *     to a state to get the number of bits times 2^16 (high half), and where the symbol's states
   *     begin less its count (low half)
   * @param scratch at least 2^log bytes
   */
  static void buildEncoder(
      int[] counts,
      int symbols,
      int log,
      char[] states,
      int stateOffset,
      long[] symbolsInto,
      int symbolOffset,
      byte[] scratch) {
    spread(counts, symbols, log, scratch);
    int[] starts = new int[symbols];
    int start = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      starts[symbol] = start;
      int count = counts[symbol];
      if (count > 0) {
        int most = log - (31 - Integer.numberOfLeadingZeros(Math.max(1, count - 1)));
        most = count == 1 ? log : most;
        int delta = (most << 16) - (count << most);
        symbolsInto[symbolOffset + symbol] =
            ((long) delta << 32) | ((stateOffset + start - count) & 0xFFFFFFFFL);
      }
      start += count;
    }
    int size = 1 << log;
    for (int position = 0; position < size; position++) {
      states[stateOffset + starts[scratch[position] & 0xFF]++] = (char) (size + position);
    }
  }

  /**
   * Decodes symbols.
   *
   * @param table the decoding tables of all contexts
   * @param offsets for each element where its context's table begins
   * @param into receives {@code count} symbols
   * @param in the stream; {@value #SLACK} bytes and what {@code count} symbols can take must be
   *     readable behind its end
   * @param bit where to begin in the stream
   * @param states the four states, replaced by the new ones; {@code count} must be a multiple of 4
   *     in all calls but the last
   * @return where the stream goes on
   */
  static long decode(
      int[] table, int[] offsets, byte[] into, int count, byte[] in, long bit, int[] states) {
    int s0 = states[0];
    int s1 = states[1];
    int s2 = states[2];
    int s3 = states[3];
    long position = bit;
    int whole = count & ~3;
    for (int i = 0; i < whole; i += 4) {
      long window = (long) LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
      int e0 = table[offsets[i] + s0];
      int e1 = table[offsets[i + 1] + s1];
      int e2 = table[offsets[i + 2] + s2];
      int e3 = table[offsets[i + 3] + s3];
      s0 = (e0 >>> 20) + ((int) window & ~(-1 << e0));
      window >>>= e0;
      s1 = (e1 >>> 20) + ((int) window & ~(-1 << e1));
      window >>>= e1;
      s2 = (e2 >>> 20) + ((int) window & ~(-1 << e2));
      window >>>= e2;
      s3 = (e3 >>> 20) + ((int) window & ~(-1 << e3));
      position += (e0 + e1 + e2 + e3) & 63;
      into[i] = (byte) (e0 >>> 8);
      into[i + 1] = (byte) (e1 >>> 8);
      into[i + 2] = (byte) (e2 >>> 8);
      into[i + 3] = (byte) (e3 >>> 8);
    }
    states[0] = s0;
    states[1] = s1;
    states[2] = s2;
    states[3] = s3;
    for (int i = whole; i < count; i++) {
      long window = (long) LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
      int entry = table[offsets[i] + states[i & 3]];
      states[i & 3] = (entry >>> 20) + ((int) window & ~(-1 << entry));
      position += entry & 63;
      into[i] = (byte) (entry >>> 8);
    }
    return position;
  }

  /** The encoder's half: symbols from the last to the first, bits from the end to the start. */
  static final class Writer {
    private final byte[] bytes;
    private final int end;
    private final int[] states = new int[4];
    private int start;
    private long pending;
    private int pendingBits;

    /**
     * @param bytes filled from the end; must hold 12 bits for every symbol and 16 bytes
     * @param log of all tables
     */
    Writer(byte[] bytes, int log) {
      this.bytes = bytes;
      this.end = bytes.length;
      this.start = end;
      Arrays.fill(states, 1 << log);
    }

    /**
     * Encodes symbols, the last first.
     *
     * @param symbols index of each element's entry in {@code table}
     * @param states as {@link #buildEncoder} made them for all contexts
     * @param table likewise
     */
    void encode(char[] symbols, int from, int to, char[] states, long[] table) {
      int i = to;
      for (; (i & 3) != 0 && i > from; i--) {
        step(symbols[i - 1], i - 1, states, table);
      }
      int s0 = this.states[0];
      int s1 = this.states[1];
      int s2 = this.states[2];
      int s3 = this.states[3];
      long acc = pending;
      int bits = pendingBits;
      int at = start;
      for (; i > from; i -= 4) {
        long t3 = table[symbols[i - 1]];
        int n3 = (s3 + (int) (t3 >> 32)) >>> 16;
        acc = (acc << n3) | (s3 & ~(-1 << n3));
        bits += n3;
        s3 = states[(s3 >>> n3) + (int) t3];
        long t2 = table[symbols[i - 2]];
        int n2 = (s2 + (int) (t2 >> 32)) >>> 16;
        acc = (acc << n2) | (s2 & ~(-1 << n2));
        bits += n2;
        s2 = states[(s2 >>> n2) + (int) t2];
        long t1 = table[symbols[i - 3]];
        int n1 = (s1 + (int) (t1 >> 32)) >>> 16;
        acc = (acc << n1) | (s1 & ~(-1 << n1));
        bits += n1;
        s1 = states[(s1 >>> n1) + (int) t1];
        long t0 = table[symbols[i - 4]];
        int n0 = (s0 + (int) (t0 >> 32)) >>> 16;
        acc = (acc << n0) | (s0 & ~(-1 << n0));
        bits += n0;
        s0 = states[(s0 >>> n0) + (int) t0];
        LONG.set(bytes, at - 8, acc << (64 - bits));
        at -= bits >>> 3;
        bits &= 7;
      }
      this.states[0] = s0;
      this.states[1] = s1;
      this.states[2] = s2;
      this.states[3] = s3;
      pending = acc;
      pendingBits = bits;
      start = at;
    }

    private void step(int symbol, int element, char[] states, long[] table) {
      long entry = table[symbol];
      int state = this.states[element & 3];
      int bits = (state + (int) (entry >> 32)) >>> 16;
      pending = (pending << bits) | (state & ~(-1 << bits));
      pendingBits += bits;
      this.states[element & 3] = states[(state >>> bits) + (int) entry];
      LONG.set(bytes, start - 8, pending << (64 - pendingBits));
      start -= pendingBits >>> 3;
      pendingBits &= 7;
    }

    /** Returns how many bits of the first byte are not part of the stream, 0 to 7. */
    int skippedBits() {
      return -pendingBits & 7;
    }

    /** Returns the number of bytes of the stream, the last ones of the array. */
    int length() {
      return end - start + (pendingBits > 0 ? 1 : 0);
    }

    /** Returns a decoder's initial state, 0 to 2^log - 1. */
    int state(int lane, int log) {
      return states[lane] - (1 << log);
    }
  }

  /**
   * Checks that a stream was decoded to its very end.
   *
   * @throws CorruptDataException if not
   */
  static void requireEnd(long bit, long endBit, int[] states) {
    if (bit != endBit || (states[0] | states[1] | states[2] | states[3]) != 0) {
      throw new CorruptDataException(
          "An encoded chunk is damaged: its symbols do not end where they should; restore another"
              + " copy.");
    }
  }
}
