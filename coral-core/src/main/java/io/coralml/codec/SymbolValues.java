package io.coralml.codec;

import io.coralml.CorruptDataException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What the symbols of a chunk stand for ({@link CodedChunk} has the rules). Nearly all of them are
 * numbers in a row, and whole blocks of these are found by adding; the others are looked up one by
 * one, and their verbatim bits read here, slot by slot. For one thread.
 */
final class SymbolValues {
  /** Bytes that must be readable behind the verbatim bits, and for each slot of a block some. */
  static final int SLACK = 16;

  static final int SLACK_OF_SLOT = 4;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  // A symbol's start (high half) and how many verbatim bits it has (low half).
  private final long[] values = new long[ChunkModel.MAX_SYMBOLS];
  // The starts alone, shifted up.
  private final int[] shifted = new int[ChunkModel.MAX_SYMBOLS];
  private final int symbols;
  private final int absolutes;
  private final int row;
  private final boolean anyOther;
  private final int mask;
  private final byte[] in;
  private final long end;
  private long position;

  /**
   * @param in has the verbatim bits from byte {@code from} up to {@code to}, and behind them {@link
   *     #SLACK} more bytes and {@link #SLACK_OF_SLOT} for each slot of a block
   */
  SymbolValues(ChunkModel model, ElementForm form, boolean based, byte[] in, long from, int to) {
    ChunkModel.Alphabet alphabet = model.alphabet;
    this.symbols = alphabet.size();
    this.absolutes = based ? alphabet.differences() : ChunkModel.MAX_SYMBOLS;
    this.mask = RansDecoder.symbolMask(model.log);
    this.in = in;
    this.position = from * 8;
    this.end = to * 8L;
    require(position <= end);
    fill(alphabet, form.width() < 8 ? form.low() : 0);
    this.row = row(based ? alphabet.exact() : symbols);
    this.anyOther = row < symbols && (based || alphabet.verbatim() > 0);
  }

  private void fill(ChunkModel.Alphabet alphabet, int shift) {
    int symbol = 0;
    for (; symbol < alphabet.exact(); symbol++) {
      values[symbol] = (long) (symbol - alphabet.reach()) << 32;
    }
    for (int code : alphabet.buckets()) {
      int bits = Buckets.bits(code, alphabet.fraction());
      values[symbol++] = ((long) Buckets.start(code, alphabet.fraction()) << 32) | bits;
    }
    int verbatim = alphabet.verbatim();
    for (int value : alphabet.absolutes()) {
      values[symbol++] = ((long) (verbatim == 32 ? 0 : value << verbatim) << 32) | verbatim;
    }
    for (int i = 0; i < symbol; i++) {
      shifted[i] = (int) (values[i] >> 32) << shift;
    }
  }

  /** Returns how many symbols from the first on are numbers in a row, without verbatim bits. */
  private int row(int most) {
    int count = 0;
    while (count < most
        && values[count] == values[0] + ((long) count << 32)
        && (int) values[count] == 0) {
      count++;
    }
    return count;
  }

  /** Returns what the first symbol stands for. */
  int first() {
    return (int) (values[0] >> 32);
  }

  /** Symbols from here on are not in the row. */
  int row() {
    return row;
  }

  /** Returns whether slots may have symbols that {@link #upper} does not know. */
  boolean anyOther() {
    return anyOther;
  }

  /** Returns -1 for an absolute symbol of a chunk with a base, else 0. */
  int absolute(int symbol) {
    return (absolutes - 1 - symbol) >> 31;
  }

  /** Returns the upper bits of the next slot that has a symbol with verbatim bits, or may have. */
  int next(int symbol) {
    long value = values[symbol];
    long window = (long) LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
    position += value & 63;
    return (int) (value >> 32) + (int) (window & ~(-1L << value));
  }

  /** Checks that there were as many verbatim bits as have been read. */
  void requireWithin() {
    require(position <= end);
  }

  /** Checks that all verbatim bits have been read. */
  void requireEnd() {
    require((position + 7) / 8 * 8 == end);
  }

  /**
   * Gives all slots the number of their symbol, shifted up.
   *
   * @param entries of the decoder's table
   * @param flags receives those of slots whose symbol is not in the row, if there {@link #anyOther}
   *     are; what these slots get is no more than low bits that are 0
   */
  void upper(int[] entries, int[] into, int[] flags, int slots, int low) {
    if (row == symbols) {
      inRow(entries, into, slots, mask, first(), low);
    } else if (anyOther) {
      inRow(entries, into, flags, slots, mask, first(), low, row - 1);
    } else {
      lookUp(entries, into, slots, mask, shifted);
    }
  }

  private static void inRow(int[] entries, int[] into, int count, int mask, int first, int low) {
    for (int i = 0; i < count; i++) {
      into[i] = ((entries[i] & mask) + first) << low;
    }
  }

  private static void inRow(
      int[] entries, int[] into, int[] flags, int count, int mask, int first, int low, int most) {
    int[] set = DeltaCodes.FLAGS;
    for (int i = 0; i < count; i++) {
      int symbol = entries[i] & mask;
      into[i] = (symbol + first) << low;
      flags[i] = ((most - symbol) >> 31) & set[i];
    }
  }

  private static void lookUp(int[] entries, int[] into, int count, int mask, int[] values) {
    for (int i = 0; i < count; i++) {
      into[i] = values[entries[i] & mask];
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new CorruptDataException(
          "The verbatim bits of an encoded chunk do not end where they should although its checksum"
              + " is right: it is damaged; restore another copy.");
    }
  }
}
