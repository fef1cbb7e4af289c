package io.coralml.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The lowest bits of all slots of a block, stored as they are where an entropy coder would gain
 * nothing.
 *
 * <h2>Specification, format 1</h2>
 *
 * The b lowest bits of a slot are cut into <em>fields</em> of 32, 16, 8, 4, 2 and 1 bits, those
 * that add up to b, the widest at the bottom. Field by field, the widest first, a block of n slots
 * has w = ceil(n * f / 32) little-endian 32-bit words for a field of f bits: slot i * w + j has the
 * bits from i * f on of word j. Bits that no slot fills are 0.
 *
 * <p>So all bits of one field lie in their words at places that are the same for a whole run of
 * slots, and C2 turns the loops into vector instructions.
 */
final class LowFields {
  private static final int WIDEST = 32;

  private LowFields() {}

  /** Returns the bytes that a block's fields take. */
  static int bytes(int slots, int bits) {
    int words = 0;
    for (int field = WIDEST; field >= 1; field >>= 1) {
      words += (bits & field) == 0 ? 0 : words(slots, field);
    }
    return words * 4;
  }

  private static int words(int slots, int field) {
    return (int) (((long) slots * field + 31) / 32);
  }

  /**
   * Adds the fields of up to 31 bits to each slot.
   *
   * @param at where the fields begin in {@code from}
   * @param words scratch, {@value ElementBlock#SIZE} words
   * @param part likewise
   * @param fields likewise
   * @param into values whose lowest {@code bits} bits are 0
   * @return where the fields end
   */
  static int add(
      byte[] from, int at, int slots, int bits, int[] words, int[] part, int[] fields, int[] into) {
    if (slots == ElementBlock.SIZE && bits < WIDEST / 2) {
      int end = pairs(from, at, bits, part, fields, words);
      addPairs(words, part, into, slots / 2);
      return end;
    }
    int next = at;
    int place = 0;
    for (int field = WIDEST / 2; field >= 1; field >>= 1) {
      if ((bits & field) != 0) {
        int count = words(slots, field);
        next += count * 4;
        if (slots == ElementBlock.SIZE) {
          ints(from, next - count * 4, count).get(fields, 0, count);
          unfold(fields, field, part, count, ElementBlock.SIZE);
        } else {
          ints(from, next - count * 4, count).get(words, 0, count);
          for (int i = 0; i * count < slots; i++) {
            extract(words, i * field, (1 << field) - 1, part, count);
            System.arraycopy(part, 0, fields, i * count, Math.min(count, slots - i * count));
          }
        }
        add(fields, place, into, slots);
        place += field;
      }
    }
    return next;
  }

  private static void addPairs(int[] pairs, int[] part, int[] into, int count) {
    addFirst(pairs, into, count);
    System.arraycopy(into, count, part, 0, count);
    addSecond(pairs, part, count);
    System.arraycopy(part, 0, into, count, count);
  }

  private static void addFirst(int[] pairs, int[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += pairs[i] & 0xFFFF;
    }
  }

  private static void addSecond(int[] pairs, int[] second, int count) {
    for (int i = 0; i < count; i++) {
      second[i] += pairs[i] >>> 16;
    }
  }

  /**
   * Reads the fields of up to 15 bits of a full block, two slots to a word as {@link SlotPairs}
   * pairs them: those of the first slot in the lower 16 bits, those of the second in the upper.
   *
   * @param at where the fields begin in {@code from}
   * @param part scratch, half a block
   * @param fields likewise
   * @param into receives half a block of such words
   * @return where the fields end
   */
  static int pairs(byte[] from, int at, int bits, int[] part, int[] fields, int[] into) {
    int pairs = ElementBlock.SIZE / 2;
    if (bits == 0) {
      Arrays.fill(into, 0, pairs, 0);
    }
    int next = at;
    int place = 0;
    for (int field = WIDEST / 4; field >= 1; field >>= 1) {
      if ((bits & field) != 0) {
        int count = words(ElementBlock.SIZE, field);
        int[] read = place == 0 ? into : fields;
        ints(from, next, count).get(read, 0, count);
        next += count * 4;
        unfold(read, field, part, count, pairs);
        if (place > 0) {
          add(fields, place, into, pairs);
        }
        place += field;
      }
    }
    return next;
  }

  /**
   * Takes the words of a full block apart by halves, up to so many: each round doubles the places
   * and halves what they hold. As many loops as doublings, where one for each run of slots would be
   * very short.
   */
  private static void unfold(int[] fields, int field, int[] part, int count, int most) {
    int shift = field;
    for (int places = count; places < most; places *= 2) {
      halve(fields, shift, evenRuns(shift), part, places);
      System.arraycopy(part, 0, fields, places, places);
      shift *= 2;
    }
  }

  /** Returns the bits of a word that lie in its first, third, fifth and so on run of so many. */
  private static int evenRuns(int bits) {
    return (int) (0xFFFFFFFFL / ((1L << bits) + 1));
  }

  private static void halve(int[] fields, int shift, int mask, int[] upper, int count) {
    for (int i = 0; i < count; i++) {
      upper[i] = (fields[i] >>> shift) & mask;
      fields[i] &= mask;
    }
  }

  // Here and below loops index all arrays by the loop variable alone, and runs are copied to their
  // place: with a distance added to the index C2 would not vectorise them.
  private static void extract(int[] words, int shift, int mask, int[] into, int count) {
    for (int j = 0; j < count; j++) {
      into[j] = (words[j] >>> shift) & mask;
    }
  }

  private static void add(int[] fields, int place, int[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] += fields[i] << place;
    }
  }

  /** Reads the field of 32 bits and returns where it ends. */
  static int read(byte[] from, int at, int slots, int[] into) {
    ints(from, at, slots).get(into, 0, slots);
    return at + slots * 4;
  }

  /**
   * Writes the fields of up to 31 bits of each slot.
   *
   * @param from values whose lowest {@code bits} bits are written; others are ignored
   * @param words scratch, {@value ElementBlock#SIZE} words
   * @param part likewise
   * @return where the fields end
   */
  static int put(int[] from, int slots, int bits, int[] words, int[] part, byte[] into, int at) {
    if (slots == ElementBlock.SIZE && bits < WIDEST / 2) {
      return putPairs(from, bits, words, part, into, at);
    }
    int next = at;
    int place = 0;
    for (int field = WIDEST / 2; field >= 1; field >>= 1) {
      if ((bits & field) != 0) {
        int count = words(slots, field);
        if (slots == ElementBlock.SIZE) {
          extract(from, place, (1 << field) - 1, words, slots);
          fold(words, field, part, count, ElementBlock.SIZE / 2);
        } else {
          Arrays.fill(words, 0, count, 0);
          for (int i = 0; i * count < slots; i++) {
            int run = Math.min(count, slots - i * count);
            System.arraycopy(from, i * count, part, 0, run);
            join(part, place, (1 << field) - 1, i * field, words, run);
          }
        }
        ints(into, next, count).put(words, 0, count);
        next += count * 4;
        place += field;
      }
    }
    return next;
  }

  /** Writes what {@link #put} writes of a full block and up to 15 bits, two slots at a time. */
  private static int putPairs(int[] from, int bits, int[] words, int[] part, byte[] into, int at) {
    int half = ElementBlock.SIZE / 2;
    int next = at;
    int place = 0;
    for (int field = WIDEST / 4; field >= 1; field >>= 1) {
      if ((bits & field) != 0) {
        int count = words(ElementBlock.SIZE, field);
        System.arraycopy(from, half, part, 0, half);
        pair(from, part, place, (1 << field) - 1, words, half);
        fold(words, field, part, count, half / 2);
        ints(into, next, count).put(words, 0, count);
        next += count * 4;
        place += field;
      }
    }
    return next;
  }

  private static void pair(int[] first, int[] second, int place, int mask, int[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = ((first[i] >>> place) & mask) | ((second[i] >>> place) & mask) << 16;
    }
  }

  /** Puts the fields of a full block together as {@link #unfold} takes them apart. */
  private static void fold(int[] fields, int field, int[] part, int count, int most) {
    for (int half = most; half >= count; half /= 2) {
      System.arraycopy(fields, half, part, 0, half);
      join(part, 0, -1, field * (half / count), fields, half);
    }
  }

  private static void join(int[] part, int place, int mask, int shift, int[] words, int count) {
    for (int j = 0; j < count; j++) {
      words[j] |= ((part[j] >>> place) & mask) << shift;
    }
  }

  /** Writes the field of 32 bits and returns where it ends. */
  static int write(int[] from, int slots, byte[] into, int at) {
    ints(into, at, slots).put(from, 0, slots);
    return at + slots * 4;
  }

  private static IntBuffer ints(byte[] bytes, int at, int count) {
    return ByteBuffer.wrap(bytes, at, count * 4)
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer();
  }
}
