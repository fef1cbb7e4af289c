package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Decodes the symbols of one chunk after the other, see {@link Rans}. For one thread. */
final class RansDecoder {
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** How many entries are written behind a table. */
  static final int TABLE_SLACK = 3;

  private int[] states = new int[0];
  private int[] offset = new int[0];
  private int[] index = new int[0];
  private int[] entry = new int[0];
  private int[] renew = new int[0];
  private int[] word = new int[0];
  private byte[] in = new byte[0];
  private int[] table = new int[0];
  private int[] offsets = new int[0];
  private int[] into = new int[0];
  private int count;
  private int from;
  private int position;
  private int end;
  private int lanes;
  private int log;

  private final Rans.Step[] steps = {
    new Rans.Step() {
      @Override
      void run(int active) {
        gather(table, index, entry, active);
      }
    },
    new Rans.Step() {
      @Override
      void run(int active) {
        advance(states, entry, renew, active, log);
      }
    },
    new Rans.Step() {
      @Override
      void run(int active) {
        position = refill(in, position, renew, word, active);
      }
    },
    new Rans.Step() {
      @Override
      void run(int active) {
        next(active);
      }
    }
  };

  /**
   * Builds the decoding table of one context.
   *
   * <p>The entry for a number r has the symbol's count less 1 in its highest L bits, r less the
   * symbol's start in the next L, and the symbol in the lowest 32 - 2 L.
   *
   * @param counts add up to 2^log
   * @param into receives 2^log entries from {@code offset} on, and up to {@value #TABLE_SLACK} more
   *     that mean nothing
   */
  static void buildTable(int[] counts, int symbols, int log, int[] into, int offset) {
    int at = offset;
    int step = 1 << (32 - 2 * log);
    for (int symbol = 0; symbol < symbols; symbol++) {
      int count = counts[symbol];
      int entry = ((count - 1) << (32 - log)) | symbol;
      // Four at a time, the next symbol's over those that are too many: most symbols have fewer.
      for (int i = at; i < at + count; i += 4) {
        into[i] = entry;
        into[i + 1] = entry + step;
        into[i + 2] = entry + 2 * step;
        into[i + 3] = entry + 3 * step;
        entry += 4 * step;
      }
      at += count;
    }
  }

  /** Returns what to and with an entry to get its symbol. */
  static int symbolMask(int log) {
    return (1 << (32 - 2 * log)) - 1;
  }

  /**
   * Begins a stream; {@link #state} must be set for all lanes next.
   *
   * @param bytes has the words from {@code from} to {@code to}, and as many bytes behind them as
   *     the words a block can take
   */
  void begin(int tableLog, int lanesLog, byte[] bytes, int from, int to) {
    log = tableLog;
    lanes = 1 << lanesLog;
    fit();
    in = bytes;
    position = from;
    end = to;
  }

  private void fit() {
    if (states.length < lanes) {
      states = new int[lanes];
      offset = new int[lanes];
      index = new int[lanes];
      entry = new int[lanes];
      renew = new int[lanes];
      word = new int[lanes];
    }
  }

  void state(int lane, int state) {
    states[lane] = state;
  }

  /**
   * Decodes the symbols of a block.
   *
   * @param table the tables of all contexts
   * @param offsets for each slot where its context's table begins
   * @param into receives the table's entries
   * @param count a multiple of the lanes in all calls but the last
   * @throws CorruptDataException if the stream is too short
   */
  void decode(int[] table, int[] offsets, int[] into, int count) {
    this.table = table;
    this.offsets = offsets;
    this.into = into;
    this.count = count;
    if (lanes < Rans.FEW_LANES) {
      decodeFew();
    } else {
      decodeMany();
    }
    if (position > end) {
      throw damaged();
    }
  }

  private void decodeMany() {
    System.arraycopy(offsets, 0, offset, 0, Math.min(lanes, count));
    index(states, offset, index, lanes, (1 << log) - 1);
    for (from = 0; from < count; from += lanes) {
      int active = Math.min(lanes, count - from);
      for (Rans.Step step : steps) {
        step.run(active);
      }
    }
  }

  /** One symbol after the other, for the reason that {@link Rans#FEW_LANES} gives. */
  private void decodeFew() {
    int high = 32 - log;
    int middle = 32 - 2 * log;
    int mask = (1 << log) - 1;
    for (int slot = 0; slot < count; slot++) {
      int lane = slot & (lanes - 1);
      int state = states[lane];
      int found = table[offsets[slot] + (state & mask)];
      into[slot] = found;
      state = ((found >>> high) + 1) * (state >>> log) + ((found >>> middle) & mask);
      if (state >>> 16 == 0) {
        state = (state << 16) | ((short) SHORT.get(in, position) & 0xFFFF);
        position += 2;
      }
      states[lane] = state;
    }
  }

  private void next(int active) {
    System.arraycopy(entry, 0, into, from, active);
    int next = from + active;
    System.arraycopy(offsets, next, offset, 0, Math.min(lanes, count - next));
    merge(states, renew, word, offset, index, active, (1 << log) - 1);
  }

  private static void index(int[] states, int[] offset, int[] index, int count, int mask) {
    for (int i = 0; i < count; i++) {
      index[i] = offset[i] + (states[i] & mask);
    }
  }

  private static void gather(int[] table, int[] index, int[] entry, int count) {
    for (int i = 0; i < count; i++) {
      entry[i] = table[index[i]];
    }
  }

  /** Removes the symbols from the states; renew becomes -1 where a word is needed, else 0. */
  private static void advance(int[] states, int[] entry, int[] renew, int count, int log) {
    int high = 32 - log;
    int middle = 32 - 2 * log;
    int mask = (1 << log) - 1;
    for (int i = 0; i < count; i++) {
      int state = ((entry[i] >>> high) + 1) * (states[i] >>> log) + ((entry[i] >>> middle) & mask);
      states[i] = state;
      renew[i] = ((state >>> 16) - 1) >> 31;
    }
  }

  /** Gives each lane the next word, which is used up only by those that need it. */
  private static int refill(byte[] in, int position, int[] renew, int[] word, int count) {
    int next = position;
    for (int i = 0; i < count; i++) {
      word[i] = (short) SHORT.get(in, next) & 0xFFFF;
      next -= 2 * renew[i];
    }
    return next;
  }

  private static void merge(
      int[] states, int[] renew, int[] word, int[] offset, int[] index, int count, int mask) {
    for (int i = 0; i < count; i++) {
      int state = states[i];
      state += renew[i] & (((state << 16) | word[i]) - state);
      states[i] = state;
      index[i] = offset[i] + (state & mask);
    }
  }

  /**
   * Checks that a stream was decoded to its very end.
   *
   * @throws CorruptDataException if not
   */
  void requireEnd() {
    int off = position ^ end;
    for (int lane = 0; lane < lanes; lane++) {
      off |= states[lane] ^ Rans.LEAST;
    }
    if (off != 0) {
      throw damaged();
    }
  }

  private static CorruptDataException damaged() {
    return new CorruptDataException(
        "An encoded chunk is damaged: its symbols do not end where they should; restore another"
            + " copy.");
  }
}
