package io.coralml.codec;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes chunks whose symbols are entropy coded.
 *
 * <h2>Specification, format 1</h2>
 *
 * The elements of a chunk are coded block by block, in the order of the slots of {@link
 * ElementBlock}.
 *
 * <table>
 * <caption>The body of a coded chunk</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>…</td><td>the {@link ChunkModel}, its last byte filled with zero bits</td></tr>
 * <tr><td>2 each</td><td>the four initial states of {@link Ans}</td></tr>
 * <tr><td>4</td><td>length of the symbol stream in bytes, plus 2^29 times the number of bits to skip
 * at its start</td></tr>
 * <tr><td>…</td><td>the symbol stream</td></tr>
 * <tr><td>…</td><td>only if more than 32 bits of an element remain after narrowing: the lowest bits
 * of every slot, so many that 32 are left, packed from the lowest bit of each byte up, the last
 * byte filled with zero bits</td></tr>
 * <tr><td>…</td><td>the verbatim bits of every slot, packed likewise, to the end of the chunk</td></tr>
 * </table>
 *
 * The value of a slot is the least of its symbol's values plus its verbatim bits. A difference
 * symbol is a bucket of {@link Buckets} and gives the difference to the base; an absolute symbol
 * with value a begins at a &lt;&lt; verbatim and gives, with a base, the outward order ({@link
 * OrderedBits} explains both). Without a base it gives the element itself, a float turned by one
 * bit so that its sign is the lowest. Where lowest bits are stored apart, they are put below the
 * value before anything is added to it.
 */
final class CodedChunk {
  /** Bytes that must be readable behind the end of a chunk: what one block can take at most. */
  static final int SLACK = ElementBlock.SIZE * 8 + 16;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Workspace work;
  private final ChunkModel model;
  private final ElementForm form;
  private final byte[] in;
  private final long end;
  private long symbolBit;
  private final long symbolEnd;
  private long lowBit;
  private long verbatimBit;
  private final int[] states = new int[4];
  private final long[] values = new long[ChunkModel.MAX_SYMBOLS];
  private int widest;

  private CodedChunk(
      Workspace work, DType dtype, byte[] in, int from, int to, int slots, boolean based) {
    this.work = work;
    this.in = in;
    this.end = to * 8L;
    BitReader reader = new BitReader(in, from, to);
    this.model = ChunkModel.read(reader, based);
    require(model.narrow < 8 * ElementForm.widthOf(dtype));
    this.form = ElementForm.of(dtype, model.narrow);
    int at = reader.align();
    require(to - at >= 12);
    ByteBuffer head = ByteBuffer.wrap(in, at, 12).order(ByteOrder.LITTLE_ENDIAN);
    for (int lane = 0; lane < 4; lane++) {
      states[lane] = head.getShort() & 0xFFFF;
      require(states[lane] < 1 << model.log);
    }
    int word = head.getInt();
    long start = (at + 12) * 8L;
    this.symbolEnd = start + (word & 0x1FFFFFFF) * 8L;
    this.symbolBit = start + (word >>> 29);
    this.lowBit = symbolEnd;
    this.verbatimBit = lowBit + ((long) slots * form.low() + 7) / 8 * 8;
    require(symbolBit <= symbolEnd && verbatimBit <= end);
    buildTables();
    buildValues();
  }

  /**
   * Decodes a chunk.
   *
   * @param in holds the body from {@code from} to {@code to}; {@value #SLACK} more bytes can be
   *     read
   * @param base the base's bytes at the same place, position 0 at the first; null if there is none
   * @param out likewise, receives the target's bytes
   * @param elements how many there are
   */
  static void decode(
      Workspace work,
      DType dtype,
      byte[] in,
      int from,
      int to,
      @Nullable ByteBuffer base,
      ByteBuffer out,
      int elements) {
    int width = ElementForm.widthOf(dtype);
    int last = elements % ElementBlock.SIZE;
    int slots = elements - last + ElementBlock.slots(last, width);
    CodedChunk chunk = new CodedChunk(work, dtype, in, from, to, slots, base != null);
    for (int first = 0; first < elements; first += ElementBlock.SIZE) {
      int count = Math.min(ElementBlock.SIZE, elements - first);
      if (width == 8) {
        chunk.wideBlock(base, out, first, count);
      } else {
        chunk.block(base, out, first, count, width);
      }
    }
    Ans.requireEnd(chunk.symbolBit, chunk.symbolEnd, chunk.states);
    require((chunk.verbatimBit + 7) / 8 * 8 == chunk.end);
  }

  /**
   * Returns how many bytes of an encoded chunk, mode byte included, are not symbols or verbatim
   * bits.
   *
   * @param in holds the chunk from its start, the mode byte first
   */
  static int tableBytes(byte[] in, int length) {
    ChunkMode mode = ChunkMode.of(in[0] & 0xFF);
    return switch (mode) {
      case ALONE, PALETTE, DELTA -> {
        BitReader reader = new BitReader(in, 1, length);
        ChunkModel.read(reader, mode == ChunkMode.DELTA);
        yield reader.align() + 12;
      }
      default -> 1;
    };
  }

  private void buildTables() {
    int size = 1 << model.log;
    int[] table = work.table(model.contexts() << model.log);
    int[] counts = work.counts;
    for (int context = 0; context < model.contexts(); context++) {
      if (Frequencies.normalize(model.levels[context], model.symbols(), model.log, counts)) {
        Ans.buildDecoder(counts, model.symbols(), model.log, table, context * size, work.spread);
      } else {
        Arrays.fill(table, context * size, (context + 1) * size, Ans.UNUSED);
      }
    }
    int[] offsets = work.contextOffsets;
    Arrays.fill(offsets, 0);
    if (model.contexts() > 1) {
      require(form.isFloat());
      model.contextOfExponents(offsets);
      for (int exponent = 0; exponent < offsets.length; exponent++) {
        offsets[exponent] <<= model.log;
      }
    }
  }

  /** A value's start in the high half, its number of verbatim bits in the low one. */
  private void buildValues() {
    int symbol = 0;
    for (int code : model.differences) {
      int bits = Buckets.bits(code, model.fraction);
      values[symbol++] = entry(Buckets.start(code, model.fraction), bits);
    }
    for (int value : model.absolutes) {
      values[symbol++] = entry(model.verbatim == 32 ? 0 : value << model.verbatim, model.verbatim);
    }
  }

  private long entry(int start, int bits) {
    widest = Math.max(widest, bits);
    return ((long) start << 32) | bits;
  }

  private void block(@Nullable ByteBuffer base, ByteBuffer out, int first, int count, int width) {
    int slots = ElementBlock.slots(count, width);
    int[] value = work.target;
    if (base == null) {
      Arrays.fill(work.offsets, 0, slots, 0);
      symbolsAndBits(slots, value);
      OrderedBits.signFirst(value, slots, form);
    } else {
      int[] bases = work.base;
      ElementBlock.load(base, width, first, count, work.words, bases);
      OrderedBits.narrow(bases, slots, form.narrow());
      contexts(bases, slots);
      symbolsAndBits(slots, value);
      if (model.absolutes.length == 0) {
        OrderedBits.restore(value, bases, slots, form);
      } else {
        relative(slots);
        OrderedBits.restoreMixed(value, work.relative, bases, slots, form);
      }
    }
    ElementBlock.store(value, work.words, out, width, first, count);
  }

  private void wideBlock(@Nullable ByteBuffer base, ByteBuffer out, int first, int count) {
    long[] value = work.wideTarget();
    long[] bases = work.wideBase();
    int[] upper = work.target;
    if (base == null) {
      Arrays.fill(work.offsets, 0, count, 0);
    } else {
      ElementBlock.load(base, first, count, bases);
      for (int i = 0; i < count; i++) {
        bases[i] >>>= form.narrow();
        work.base[i] = (int) (bases[i] >>> form.low());
      }
      contexts(work.base, count);
    }
    symbolsAndBits(count, upper);
    for (int i = 0; i < count; i++) {
      value[i] = ((long) upper[i] << form.low()) | (lowBits(i) & ((1L << form.low()) - 1));
    }
    lowBit += (long) count * form.low();
    if (base == null) {
      OrderedBits.signFirst(value, count, form);
    } else {
      relative(count);
      OrderedBits.restoreMixed(value, work.relative, bases, count, form);
    }
    ElementBlock.store(value, out, first, count);
  }

  private long lowBits(int index) {
    long at = lowBit + (long) index * form.low();
    return (long) LONG.get(in, (int) (at >>> 3)) >>> (at & 7);
  }

  private void contexts(int[] bases, int slots) {
    int[] offsets = work.offsets;
    int[] ofExponent = work.contextOffsets;
    int mantissa = form.mantissa();
    int mask = form.exponentMask();
    for (int i = 0; i < slots; i++) {
      offsets[i] = ofExponent[(bases[i] >>> mantissa) & mask];
    }
  }

  private void relative(int slots) {
    int[] relative = work.relative;
    byte[] symbols = work.symbols;
    int differences = model.differences.length;
    for (int i = 0; i < slots; i++) {
      relative[i] = ((symbols[i] & 0xFF) - differences) >> 31;
    }
  }

  private void symbolsAndBits(int slots, int[] value) {
    symbolBit = Ans.decode(work.table, work.offsets, work.symbols, slots, in, symbolBit, states);
    require(symbolBit <= symbolEnd);
    if (widest <= 14) {
      verbatimBit = expandByFour(work.symbols, values, slots, in, verbatimBit, value);
    } else {
      verbatimBit = expand(work.symbols, values, 0, slots, in, verbatimBit, value);
    }
    require(verbatimBit <= end);
  }

  /** One load serves four slots of at most 14 bits each. */
  private static long expandByFour(
      byte[] symbols, long[] values, int count, byte[] in, long bit, int[] into) {
    long position = bit;
    int whole = count & ~3;
    for (int i = 0; i < whole; i += 4) {
      long v0 = values[symbols[i] & 0xFF];
      long v1 = values[symbols[i + 1] & 0xFF];
      long v2 = values[symbols[i + 2] & 0xFF];
      long v3 = values[symbols[i + 3] & 0xFF];
      long window = (long) LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
      into[i] = (int) (v0 >> 32) + (int) (window & ~(-1L << v0));
      window >>>= v0;
      into[i + 1] = (int) (v1 >> 32) + (int) (window & ~(-1L << v1));
      window >>>= v1;
      into[i + 2] = (int) (v2 >> 32) + (int) (window & ~(-1L << v2));
      window >>>= v2;
      into[i + 3] = (int) (v3 >> 32) + (int) (window & ~(-1L << v3));
      position += (v0 + v1 + v2 + v3) & 63;
    }
    return expand(symbols, values, whole, count, in, position, into);
  }

  private static long expand(
      byte[] symbols, long[] values, int from, int count, byte[] in, long bit, int[] into) {
    long position = bit;
    for (int i = from; i < count; i++) {
      long v = values[symbols[i] & 0xFF];
      long window = (long) LONG.get(in, (int) (position >>> 3)) >>> (position & 7);
      into[i] = (int) (v >> 32) + (int) (window & ~(-1L << v));
      position += v & 63;
    }
    return position;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new CorruptDataException(
          "An encoded chunk is damaged although its checksum is right; restore another copy.");
    }
  }
}
