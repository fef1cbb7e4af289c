package io.coralml.codec;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntConsumer;
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
 * <tr><td>…</td><td>of a scaled chunk the {@link Scales}; then the {@link ChunkModel}, its last byte
 * filled with zero bits</td></tr>
 * <tr><td>4 each</td><td>the initial states of all lanes of {@link Rans}</td></tr>
 * <tr><td>4</td><td>number of words of the symbol stream</td></tr>
 * <tr><td>2 each</td><td>these words</td></tr>
 * <tr><td>…</td><td>for each block the {@link LowFields} of its slots</td></tr>
 * <tr><td>…</td><td>the verbatim bits of every slot whose symbol has some, packed from the lowest
 * bit of each byte up, to the end of the chunk; the last byte is filled with zero bits</td></tr>
 * </table>
 *
 * A symbol, with its verbatim bits, gives a slot's upper bits. An exact difference symbol says the
 * difference to the base, a bucket symbol the least difference of a bucket of {@link Buckets}, to
 * which the verbatim bits are added; an absolute symbol of value a has {@code verbatim} bits and
 * says a &lt;&lt; verbatim plus these. Upper bits, shifted up, plus the low bits are with a base
 * the difference or, for an absolute symbol, the outward order ({@link OrderedBits} explains both).
 * Without a base they are the element itself, a float turned by one bit so that its sign is the
 * lowest. In a paired chunk the stream's symbols stand for two slots each ({@link SlotPairs}).
 */
final class CodedChunk {
  private final Workspace work;
  private final @Nullable Scales scales;
  private final ChunkModel model;
  private final ElementForm form;
  private final byte[] in;
  private final SymbolValues values;
  private final WholePairs wholePairs;
  private final int symbolMask;
  private int fieldsAt;

  private CodedChunk(
      Workspace work, DType dtype, byte[] in, int from, int to, int elements, boolean based) {
    this.work = work;
    this.in = in;
    BitReader reader = new BitReader(in, from + 1, to);
    this.scales = in[from] == ChunkMode.SCALED.code() ? Scales.read(reader) : null;
    if (scales != null) {
      scales.requireElements(elements);
    }
    this.model = ChunkModel.read(reader, based, in[from] == ChunkMode.PAIRED.code());
    require(model.narrow < 8 * ElementForm.widthOf(dtype));
    ElementForm least = ElementForm.of(dtype, model.narrow);
    require(model.low >= least.low() && model.low < least.bits());
    this.form = least.withLow(model.low);
    require(model.contexts() == 1 || form.isFloat());
    require(!based || form.width() < 8 || model.alphabet.absolutes().length == 0);
    require(!model.paired || form.width() < 8);
    this.symbolMask = RansDecoder.symbolMask(model.log);
    this.fieldsAt = beginSymbols(reader.align(), to);
    this.values = new SymbolValues(model, form, based, in, fieldsAt + fieldBytes(elements), to);
    this.wholePairs = new WholePairs(work, values, form);
    buildTables();
  }

  private int beginSymbols(int at, int to) {
    int lanes = 1 << model.lanesLog;
    require(to - at >= 4 * lanes + 4);
    ByteBuffer body = ByteBuffer.wrap(in, 0, to).order(ByteOrder.LITTLE_ENDIAN);
    int count = body.getInt(at + 4 * lanes);
    int start = at + 4 * lanes + 4;
    require(count >= 0 && count <= (to - start) / 2);
    work.symbols.begin(model.log, model.lanesLog, in, start, start + 2 * count);
    for (int lane = 0; lane < lanes; lane++) {
      work.symbols.state(lane, body.getInt(at + 4 * lane));
    }
    return start + 2 * count;
  }

  private long fieldBytes(int elements) {
    int last = elements % ElementBlock.SIZE;
    long whole = elements / ElementBlock.SIZE;
    return whole * LowFields.bytes(ElementBlock.SIZE, form.low())
        + LowFields.bytes(ElementBlock.slots(last, form.width()), form.low());
  }

  /** Returns how many bytes must be readable behind a chunk of so many elements. */
  static int slack(int elements) {
    return SymbolValues.SLACK
        + SymbolValues.SLACK_OF_SLOT * Math.min(elements + 3, ElementBlock.SIZE);
  }

  /**
   * Decodes a chunk.
   *
   * @param in holds the chunk from {@code from} to {@code to}, the mode byte first; {@link #slack}
   *     more bytes can be read
   * @param base the base's bytes at the same place, position 0 at the first; null if there is none
   * @param out likewise, receives the target's bytes; may be the base's, which they then replace
   * @param elements how many there are
   * @param decoded is given after each block how many bytes of the target are there
   */
  static void decode(
      Workspace work,
      DType dtype,
      byte[] in,
      int from,
      int to,
      @Nullable ByteBuffer base,
      ByteBuffer out,
      int elements,
      IntConsumer decoded) {
    work.fit(ElementBlock.slots(Math.min(elements, ElementBlock.SIZE), ElementForm.widthOf(dtype)));
    CodedChunk chunk = new CodedChunk(work, dtype, in, from, to, elements, base != null);
    for (int first = 0; first < elements; first += ElementBlock.SIZE) {
      int count = Math.min(ElementBlock.SIZE, elements - first);
      if (chunk.form.width() == 8) {
        chunk.wideBlock(base, out, first, count);
      } else if (base != null && chunk.isOfWholePairs(count)) {
        chunk.wholePairs(base, out, first);
      } else {
        chunk.block(base, out, first, count);
      }
      decoded.accept((first + count) * chunk.form.width());
    }
    work.symbols.requireEnd();
    chunk.values.requireEnd();
  }

  /**
   * Returns how many bytes of an encoded chunk, mode byte included, are neither symbols nor low or
   * verbatim bits.
   *
   * @param in holds the chunk from its start, the mode byte first
   */
  static int tableBytes(byte[] in, int length) {
    ChunkMode mode = ChunkMode.of(in[0] & 0xFF);
    return switch (mode) {
      case ALONE, PALETTE, DELTA, SCALED, PAIRED -> {
        BitReader reader = new BitReader(in, 1, length);
        if (mode == ChunkMode.SCALED) {
          Scales.read(reader);
        }
        ChunkModel model = ChunkModel.read(reader, mode.needsBase(), mode == ChunkMode.PAIRED);
        yield reader.align() + (4 << model.lanesLog) + 4;
      }
      default -> 1;
    };
  }

  private void buildTables() {
    int size = 1 << model.log;
    int[] table = work.table((model.contexts() << model.log) + RansDecoder.TABLE_SLACK);
    int[] counts = work.counts;
    for (int context = 0; context < model.contexts(); context++) {
      if (Frequencies.normalize(model.levels[context], model.symbols(), model.log, counts)) {
        RansDecoder.buildTable(counts, model.symbols(), model.log, table, context * size);
      } else {
        Arrays.fill(table, context * size, (context + 1) * size, 0);
      }
    }
    if (model.contexts() == 1) {
      Arrays.fill(work.offsets, 0);
    }
  }

  private void block(@Nullable ByteBuffer base, ByteBuffer out, int start, int count) {
    int width = form.width();
    int slots = ElementBlock.slots(count, width);
    int[] value = work.target;
    int[] bases = work.base;
    if (base != null) {
      ElementBlock.load(base, width, start, count, work.words, work.part, bases);
      OrderedBits.narrow(bases, slots, form.narrow());
      if (model.contexts() > 1) {
        if (scales == null) {
          model.contexts(bases, work.offsets, slots, form);
        } else {
          OrderedBits.exponents(bases, work.exponents, slots, form);
          contexts(start, count, slots);
        }
      }
    }
    if (model.paired) {
      work.symbols.decode(work.table, work.offsets, work.entries, SlotPairs.count(slots));
      SlotPairs.split(
          work.entries,
          symbolMask,
          slots,
          values.first(),
          values.row(),
          form.low(),
          value,
          work.flags,
          work.part);
    } else {
      work.symbols.decode(work.table, work.offsets, work.entries, slots);
      values.upper(work.entries, value, work.flags, slots, form.low());
    }
    addFields(slots, form.low(), value);
    others(slots, value, form.low(), form.sign());
    if (base == null) {
      OrderedBits.signFirst(value, slots, form);
    } else {
      OrderedBits.restore(value, bases, slots, form);
    }
    ElementBlock.store(value, work.words, work.part, out, width, start, count);
  }

  private boolean isOfWholePairs(int count) {
    return model.paired && count == ElementBlock.SIZE && WholePairs.take(form);
  }

  private void wholePairs(ByteBuffer base, ByteBuffer out, int start) {
    work.symbols.decode(work.table, work.offsets, work.entries, SlotPairs.count(ElementBlock.SIZE));
    fieldsAt = wholePairs.decode(base, out, start, in, fieldsAt);
  }

  private void wideBlock(@Nullable ByteBuffer base, ByteBuffer out, int start, int count) {
    long[] value = work.wideTarget();
    long[] bases = work.wideBase();
    int[] upper = work.target;
    if (base != null) {
      ElementBlock.load(base, start, count, bases);
      OrderedBits.narrow(bases, count, form.narrow());
      if (model.contexts() > 1) {
        OrderedBits.exponents(bases, work.exponents, count, form);
        contexts(start, count, count);
      }
    }
    work.symbols.decode(work.table, work.offsets, work.entries, count);
    values.upper(work.entries, upper, work.flags, count, 0);
    others(count, upper, 0, 0);
    int[] middle = work.entries;
    Arrays.fill(middle, 0, count, 0);
    int bits = form.low();
    if (bits >= 32) {
      fieldsAt = LowFields.read(in, fieldsAt, count, work.exponents);
      addFields(count, bits - 32, middle);
      for (int i = 0; i < count; i++) {
        long lowest = ((long) middle[i] << 32) | (work.exponents[i] & 0xFFFFFFFFL);
        value[i] = ((long) upper[i] << bits) | lowest;
      }
    } else {
      addFields(count, bits, middle);
      for (int i = 0; i < count; i++) {
        value[i] = ((long) upper[i] << bits) | middle[i];
      }
    }
    if (base == null) {
      OrderedBits.signFirst(value, count, form);
    } else {
      OrderedBits.restore(value, bases, count, form);
    }
    ElementBlock.store(value, out, start, count);
  }

  private void addFields(int slots, int bits, int[] into) {
    fieldsAt = LowFields.add(in, fieldsAt, slots, bits, work.words, work.part, work.fields, into);
  }

  private void contexts(int start, int count, int slots) {
    if (scales != null) {
      scales.apply(work.exponents, start, count, form.width(), work.words, work.part);
    }
    ChunkModel.contexts(
        work.exponents, work.offsets, slots, model.topExponent, model.contexts(), model.log);
  }

  /**
   * Gives slots whose symbol is not in the row their value, in place of the symbol's number.
   *
   * @param value for each slot a number of which only the low bits matter
   * @param sign what base elements have in outward order
   */
  private void others(int slots, int[] value, int low, int sign) {
    if (!values.anyOther()) {
      return;
    }
    if (model.paired) {
      int pairs = SlotPairs.count(slots);
      int count = DeltaCodes.list(work.flags, pairs, work.places);
      for (int i = 0; i < count; i++) {
        int place = work.places[i];
        other(SlotPairs.symbol(work.entries, symbolMask, place, pairs), place, value, low, sign);
        int second = place + pairs;
        if (second < slots) {
          other(
              SlotPairs.symbol(work.entries, symbolMask, second, pairs), second, value, low, sign);
        }
      }
    } else {
      int count = DeltaCodes.list(work.flags, slots, work.places);
      for (int i = 0; i < count; i++) {
        int place = work.places[i];
        other(work.entries[place] & symbolMask, place, value, low, sign);
      }
    }
    values.requireWithin();
  }

  /** Gives one slot the value of its symbol. */
  private void other(int symbol, int place, int[] value, int low, int sign) {
    int origin = (work.base[place] | sign) & values.absolute(symbol);
    value[place] = (values.next(symbol) << low) + (value[place] & ((1 << low) - 1)) - origin;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new CorruptDataException(
          "An encoded chunk is damaged although its checksum is right; restore another copy.");
    }
  }
}
