package io.coralml.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Loads blocks of a chunk into a workspace as the numbers that are coded: outward orders and
 * differences with a base, turned elements without one ({@link OrderedBits}).
 */
final class BlockLoader {
  private final EncoderSpace space;
  private final ByteBuffer target;
  private final @Nullable ByteBuffer base;
  private final int elements;
  private final ElementForm form;
  private final @Nullable Scales scales;

  BlockLoader(
      EncoderSpace space,
      ByteBuffer target,
      @Nullable ByteBuffer base,
      int elements,
      ElementForm form) {
    this(space, target, base, elements, form, null);
  }

  private BlockLoader(
      EncoderSpace space,
      ByteBuffer target,
      @Nullable ByteBuffer base,
      int elements,
      ElementForm form,
      @Nullable Scales scales) {
    this.space = space;
    this.target = target;
    this.base = base;
    this.elements = elements;
    this.form = form;
    this.scales = scales;
  }

  /** Returns a loader of the same chunk that puts scales into the bases' exponents. */
  BlockLoader with(Scales some) {
    return new BlockLoader(space, target, base, elements, form, some);
  }

  @Nullable Scales scales() {
    return scales;
  }

  /** Returns the number of elements of the whole chunk. */
  int elements() {
    return elements;
  }

  /** Returns the exponent of bases about 1, with scales put into it. */
  int middleExponent() {
    int middle = form.exponentMask() / 2;
    return scales == null ? middle : scales.scaled(middle);
  }

  ElementForm form() {
    return form;
  }

  /** Returns the number of slots of the whole chunk. */
  int slots() {
    int last = elements % ElementBlock.SIZE;
    return elements - last + ElementBlock.slots(last, form.width());
  }

  /** Returns the number of blocks. */
  int blocks() {
    return (elements + ElementBlock.SIZE - 1) / ElementBlock.SIZE;
  }

  /** Returns the bytes of the low fields of the whole chunk. */
  int fieldBytes(int low) {
    int last = ElementBlock.slots(elements % ElementBlock.SIZE, form.width());
    return elements / ElementBlock.SIZE * LowFields.bytes(ElementBlock.SIZE, low)
        + LowFields.bytes(last, low);
  }

  /**
   * Loads a block. Without a base {@code space.target} receives its turned elements; with one it
   * receives the outward orders, {@code space.difference} the differences and {@code
   * space.exponents} the bases' exponents, scaled if there are scales. Of elements of 8 bytes
   * {@code space.wideTarget} receives turned elements or differences, and these arrays only what is
   * above the {@code low} bits.
   *
   * @return the number of slots
   */
  int load(int block) {
    int slots = loadDifferences(block);
    if (base != null) {
      exponents(block, slots);
    }
    return slots;
  }

  private void exponents(int block, int slots) {
    if (form.width() == 8) {
      OrderedBits.exponents(space.wideBase(), space.exponents, slots, form);
    } else {
      OrderedBits.exponents(space.base, space.exponents, slots, form);
    }
    if (scales != null) {
      int first = block * ElementBlock.SIZE;
      int count = Math.min(ElementBlock.SIZE, elements - first);
      scales.apply(space.exponents, first, count, form.width(), space.words, space.part);
    }
  }

  /** Loads a block, but not the bases' exponents. */
  int loadDifferences(int block) {
    int first = block * ElementBlock.SIZE;
    int count = Math.min(ElementBlock.SIZE, elements - first);
    if (form.width() == 8) {
      loadWide(first, count);
      return count;
    }
    int slots = ElementBlock.slots(count, form.width());
    int[] values = space.target;
    ElementBlock.load(target, form.width(), first, count, space.words, space.part, values);
    OrderedBits.narrow(values, slots, form.narrow());
    if (base == null) {
      OrderedBits.signLast(values, slots, form);
      return slots;
    }
    ElementBlock.load(base, form.width(), first, count, space.words, space.part, space.base);
    OrderedBits.narrow(space.base, slots, form.narrow());
    OrderedBits.subtract(values, space.base, space.difference, slots, form);
    return slots;
  }

  private void loadWide(int first, int count) {
    long[] values = space.wideTarget();
    ElementBlock.load(target, first, count, values);
    OrderedBits.narrow(values, count, form.narrow());
    if (base == null) {
      OrderedBits.signLast(values, count, form);
      upper(values, space.target, count, form.low());
      return;
    }
    long[] bases = space.wideBase();
    ElementBlock.load(base, first, count, bases);
    OrderedBits.narrow(bases, count, form.narrow());
    OrderedBits.order(values, bases, count, form);
    OrderedBits.subtract(values, bases, values, count, form);
    upper(values, space.difference, count, form.low());
  }

  private static void upper(long[] values, int[] into, int count, int low) {
    for (int i = 0; i < count; i++) {
      into[i] = (int) (values[i] >> low);
    }
  }

  /**
   * Puts what is above so many low bits of the differences of elements of 8 bytes into {@code
   * space.upper}.
   */
  void wideUpper(int low, int count) {
    upper(space.wideTarget(), space.upper, count, low);
  }

  /** Returns what is above so many low bits of one difference. */
  int upperOf(int slot, int low) {
    return form.width() == 8
        ? (int) (space.wideTarget()[slot] >> low)
        : space.difference[slot] >> low;
  }

  /**
   * Writes the low fields of the block that was loaded last.
   *
   * @param from the array that has the coded numbers of elements of up to 4 bytes
   * @param low how many bits
   * @return where the fields end
   */
  int putFields(int[] from, int slots, int low, byte[] into, int at) {
    if (form.width() < 8) {
      return LowFields.put(from, slots, low, space.words, space.part, into, at);
    }
    long[] values = space.wideTarget();
    int[] part = space.rows;
    int next = at;
    int shift = low & 32;
    if (shift != 0) {
      for (int i = 0; i < slots; i++) {
        part[i] = (int) values[i];
      }
      next = LowFields.write(part, slots, into, at);
    }
    for (int i = 0; i < slots; i++) {
      part[i] = (int) (values[i] >> shift);
    }
    return LowFields.put(part, slots, low & 31, space.words, space.part, into, next);
  }
}
