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

  BlockLoader(
      EncoderSpace space,
      ByteBuffer target,
      @Nullable ByteBuffer base,
      int elements,
      ElementForm form) {
    this.space = space;
    this.target = target;
    this.base = base;
    this.elements = elements;
    this.form = form;
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

  /**
   * Loads a block; {@code space.target}, and with a base {@code space.difference} and {@code
   * space.exponents} receive it.
   *
   * @param low receives the lowest bits of wide elements, if not null
   * @return the number of slots
   */
  int load(int block, @Nullable BitSink low) {
    int first = block * ElementBlock.SIZE;
    int count = Math.min(ElementBlock.SIZE, elements - first);
    if (form.width() == 8) {
      loadWide(first, count, low);
      return count;
    }
    int slots = ElementBlock.slots(count, form.width());
    int[] values = space.target;
    ElementBlock.load(target, form.width(), first, count, space.words, values);
    OrderedBits.narrow(values, slots, form.narrow());
    if (base == null) {
      OrderedBits.signLast(values, slots, form);
      return slots;
    }
    ElementBlock.load(base, form.width(), first, count, space.words, space.base);
    OrderedBits.narrow(space.base, slots, form.narrow());
    OrderedBits.order(values, space.base, slots, form);
    OrderedBits.subtract(values, space.base, space.difference, slots, form);
    exponents(slots);
    return slots;
  }

  private void loadWide(int first, int count, @Nullable BitSink low) {
    long[] values = space.wideTarget();
    long[] bases = space.wideBase();
    ElementBlock.load(target, first, count, values);
    narrow(values, count);
    long[] lowest = values;
    if (base == null) {
      OrderedBits.signLast(values, count, form);
    } else {
      ElementBlock.load(base, first, count, bases);
      narrow(bases, count);
      OrderedBits.order(values, bases, count, form);
      for (int i = 0; i < count; i++) {
        space.target[i] = (int) (values[i] >>> form.low());
        space.base[i] = (int) (bases[i] >>> form.low());
      }
      OrderedBits.subtract(values, bases, values, count, form);
      exponents(count);
    }
    int[] upper = base == null ? space.target : space.difference;
    for (int i = 0; i < count; i++) {
      upper[i] = (int) (values[i] >> form.low());
    }
    if (low != null) {
      low.putAll(lowest, count, form.low());
    }
  }

  private void narrow(long[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] >>>= form.narrow();
    }
  }

  private void exponents(int slots) {
    int[] bases = space.base;
    int[] into = space.exponents;
    int mantissa = form.mantissa();
    int mask = form.exponentMask();
    for (int i = 0; i < slots; i++) {
      into[i] = (bases[i] >>> mantissa) & mask;
    }
  }
}
