package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("The entropy coder")
class RansTest {

  /** Symbols in two contexts, coded; the stream is followed by what a block may read beyond it. */
  @SuppressWarnings("ArrayRecordComponent") // of this test alone, never compared
  private record Stream(byte[] bytes, int length, int[] states, int[] table, int[] offsets) {
    void decode(RansDecoder decoder, int log, int lanesLog, int[] into, int count) {
      decoder.begin(log, lanesLog, bytes, 0, length);
      for (int lane = 0; lane < 1 << lanesLog; lane++) {
        decoder.state(lane, states[lane]);
      }
      decoder.decode(table, offsets, into, count);
      decoder.requireEnd();
    }
  }

  private static Stream encode(int[] symbols, int[] contexts, int kinds, int log, int lanesLog) {
    int[][] levels = new int[2][kinds];
    for (int i = 0; i < symbols.length; i++) {
      levels[contexts[i]][symbols[i]]++;
    }
    long[] reciprocals = new long[2 * kinds];
    int[] ranges = new int[2 * kinds];
    int[] table = new int[(2 << log) + RansDecoder.TABLE_SLACK];
    long bound = (long) symbols.length * RansEncoder.MOST_LOSS;
    int[] codes = new int[kinds];
    Arrays.setAll(codes, symbol -> symbol);
    for (int context = 0; context < 2; context++) {
      int[] occurred = levels[context].clone();
      Arrays.setAll(levels[context], symbol -> Frequencies.levelOf(occurred[symbol]));
      int[] counts = new int[kinds];
      if (Frequencies.normalize(levels[context], kinds, log, counts)) {
        assertThat(Arrays.stream(counts).sum()).isEqualTo(1 << log);
        RansEncoder.buildTable(counts, kinds, log, codes, context * kinds, reciprocals, ranges);
        RansDecoder.buildTable(counts, kinds, log, table, context << log);
        bound += RansEncoder.bound(occurred, 0, codes, counts, log);
      }
    }
    int[] coded = new int[CodePairs.words(symbols.length)];
    int[] offsets = new int[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      coded[CodePairs.word(i)] |= (contexts[i] * kinds + symbols[i]) << CodePairs.shift(i);
      offsets[i] = contexts[i] << log;
    }
    RansEncoder encoder = new RansEncoder();
    short[] into = new short[RansEncoder.words(bound)];
    encoder.encode(coded, symbols.length, log, lanesLog, reciprocals, ranges, into);
    int[] states = new int[1 << lanesLog];
    Arrays.setAll(states, encoder::state);
    byte[] bytes = new byte[encoder.length() + 2 * ElementBlock.SIZE + 2];
    encoder.copyTo(bytes, 0);
    return new Stream(bytes, encoder.length(), states, table, offsets);
  }

  @Property(tries = 300)
  @Label("gives back any symbols, in any number of contexts, lanes and table sizes")
  void roundTrip(
      @ForAll @IntRange(min = 1, max = 256) int kinds,
      @ForAll @IntRange(min = 8, max = 12) int log,
      @ForAll @IntRange(max = 8) int lanesLog,
      @ForAll @IntRange(min = 1, max = 2048) int count,
      @ForAll @IntRange(min = 1, max = 40) int skew,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] symbols = new int[count];
    int[] contexts = new int[count];
    for (int i = 0; i < count; i++) {
      symbols[i] = (int) (kinds * Math.pow(random.nextDouble(), skew));
      contexts[i] = random.nextInt(2);
    }
    Stream stream = encode(symbols, contexts, kinds, log, lanesLog);
    int[] entries = new int[count];
    stream.decode(new RansDecoder(), log, lanesLog, entries, count);
    for (int i = 0; i < count; i++) {
      entries[i] &= RansDecoder.symbolMask(log);
    }
    assertThat(entries).isEqualTo(symbols);
  }

  @Property(tries = 100)
  @Label("notices a stream that goes on, and a symbol that was left over")
  void wrongLength(@ForAll @IntRange(min = 100, max = 2000) int count, @ForAll long seed) {
    Random random = new Random(seed);
    int[] symbols = random.ints(count, 0, 30).toArray();
    Stream stream = encode(symbols, new int[count], 30, 10, 2);
    int[] entries = new int[count];
    Stream longer =
        new Stream(
            stream.bytes(), stream.length() + 2, stream.states(), stream.table(), stream.offsets());
    assertThatThrownBy(() -> longer.decode(new RansDecoder(), 10, 2, entries, count))
        .isInstanceOf(CorruptDataException.class);
    // The last symbol, still in a state, leaves that state above the least.
    assertThatThrownBy(() -> stream.decode(new RansDecoder(), 10, 2, entries, count - 1))
        .isInstanceOf(CorruptDataException.class);
  }

  @Property(tries = 300)
  @Label("has counts that add up, none of them zero for a symbol that occurs")
  void counts(
      @ForAll @IntRange(min = 8, max = 12) int log,
      @ForAll @IntRange(min = 1, max = 256) int kinds,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] levels = new int[kinds];
    for (int i = 0; i < kinds; i++) {
      levels[i] = random.nextInt(4) == 0 ? 0 : random.nextInt(Frequencies.MAX_LEVEL + 1);
    }
    int[] counts = new int[kinds];
    boolean any = Frequencies.normalize(levels, kinds, log, counts);
    assertThat(any).isEqualTo(Arrays.stream(levels).anyMatch(level -> level > 0));
    if (any) {
      assertThat(Arrays.stream(counts).sum()).isEqualTo(1 << log);
      for (int i = 0; i < kinds; i++) {
        assertThat(counts[i] > 0).isEqualTo(levels[i] > 0);
      }
    }
  }

  @Property(tries = 100)
  @Label("takes its codes from pairs, block by block, as they were put there")
  void pairs(@ForAll @IntRange(min = 1, max = 5000) int slots, @ForAll long seed) {
    int[] codes = new Random(seed).ints(slots, 0, 1 << 16).toArray();
    int[] pairs = new int[CodePairs.words(slots)];
    int size = ElementBlock.SIZE;
    for (int first = 0; first < slots; first += size) {
      int count = Math.min(size, slots - first);
      int[] block = Arrays.copyOfRange(codes, first, first + count);
      CodePairs.put(block, count, new int[count], pairs, first / size);
    }
    for (int slot = 0; slot < slots; slot++) {
      int code = pairs[CodePairs.word(slot)] >>> CodePairs.shift(slot) & 0xFFFF;
      assertThat(code).isEqualTo(codes[slot]);
    }
  }

  @Property(tries = 200)
  @Label("stores low bits of any number in fields")
  void fields(
      @ForAll @IntRange(max = 31) int bits,
      @ForAll @IntRange(min = 1, max = 2048) int slots,
      @ForAll long seed) {
    int[] values = new Random(seed).ints(slots).toArray();
    byte[] bytes = new byte[LowFields.bytes(slots, bits) + 3];
    int size = ElementBlock.SIZE;
    int end = LowFields.put(values, slots, bits, new int[size], new int[size], bytes, 3);
    assertThat(end).isEqualTo(bytes.length);
    assertFields(values, bits, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    int[] back = new int[slots];
    assertThat(
            LowFields.add(bytes, 3, slots, bits, new int[size], new int[size], new int[size], back))
        .isEqualTo(end);
    for (int i = 0; i < slots; i++) {
      values[i] &= (1 << bits) - 1;
    }
    assertThat(back).isEqualTo(values);
  }

  @Property(tries = 60)
  @Label("stores low bits of a full block in the same fields, and reads two slots to a word")
  void pairedFields(@ForAll @IntRange(max = 15) int bits, @ForAll long seed) {
    int size = ElementBlock.SIZE;
    int[] values = new Random(seed).ints(size).toArray();
    byte[] bytes = new byte[LowFields.bytes(size, bits) + 3];
    int end = LowFields.put(values, size, bits, new int[size], new int[size], bytes, 3);
    assertThat(end).isEqualTo(bytes.length);
    assertFields(values, bits, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    int[] pairs = new Random(seed).ints(size).toArray();
    assertThat(LowFields.pairs(bytes, 3, bits, new int[size], new int[size], pairs)).isEqualTo(end);
    int mask = (1 << bits) - 1;
    for (int i = 0; i < size / 2; i++) {
      assertThat(pairs[i]).isEqualTo((values[i] & mask) | ((values[i + size / 2] & mask) << 16));
    }
  }

  /** Looks every bit up where the specification says that it is. */
  private static void assertFields(int[] values, int bits, ByteBuffer bytes) {
    int start = 3;
    int place = 0;
    for (int field = 16; field >= 1; field /= 2) {
      if ((bits & field) != 0) {
        int words = (values.length * field + 31) / 32;
        int mask = (1 << field) - 1;
        for (int slot = 0; slot < values.length; slot++) {
          int word = bytes.getInt(start + 4 * (slot % words));
          assertThat(word >>> (slot / words * field) & mask)
              .isEqualTo(values[slot] >>> place & mask);
        }
        start += 4 * words;
        place += field;
      }
    }
  }
}
