package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

@Label("Scales of rows and columns")
class ScalesTest {
  private static Tensor flat(Tensor matrix) {
    return Tensor.of(matrix.dtype(), Shape.of(matrix.shape().elements()), matrix.data());
  }

  private static Encoded encode(Tensor target, Tensor base) {
    return encode(Effort.MAX, target, base);
  }

  private static Encoded encode(Effort effort, Tensor target, Tensor base) {
    Encoded encoded = TensorCodec.of(effort).encode(target, base);
    assertThat(TensorCodec.decode(Encoded.of(encoded.bytes()), base)).isEqualTo(target);
    return encoded;
  }

  @Provide
  Arbitrary<DType> floats() {
    return Arbitraries.of(DType.BF16, DType.F32, DType.F64);
  }

  @Property
  @Label("save bits where rates differ, by the matrix and not by its bytes")
  void smaller(@ForAll("floats") DType dtype, @ForAll("searching") Effort effort) {
    Tensor base = Matrices.base(dtype, 300, 400, 1);
    Tensor target = Matrices.tuned(dtype, 300, 400, 2.0, 1);
    Encoded matrix = encode(effort, target, base);
    Encoded vector = encode(effort, flat(target), flat(base));
    assertThat(matrix.stats().chunks()).containsOnlyKeys(ChunkMode.SCALED);
    assertThat(vector.stats().chunks()).containsOnlyKeys(ChunkMode.DELTA);
    double saved = vector.stats().bitsPerWeight() - matrix.stats().bitsPerWeight();
    assertThat(saved).as("bits per weight saved").isGreaterThan(0.25);
  }

  @Provide
  Arbitrary<Effort> searching() {
    return Arbitraries.of(Effort.BALANCED, Effort.MAX);
  }

  @Example
  @Label("are left out where all rates are the same")
  void leftOut() {
    Tensor base = Matrices.base(DType.BF16, 300, 400, 2);
    Tensor target = Matrices.tuned(DType.BF16, 300, 400, 0, 2);
    assertThat(encode(target, base).stats().chunks()).containsOnlyKeys(ChunkMode.DELTA);
  }

  @Property(tries = 60)
  @Label("give back every bit and cost nothing, whatever the matrix")
  void roundTrip(
      @ForAll("floats") DType dtype,
      @ForAll Effort effort,
      @ForAll @IntRange(min = 1, max = 200) int rows,
      @ForAll @IntRange(min = 1, max = 200) int columns,
      @ForAll @DoubleRange(max = 4) double spread,
      @ForAll long seed) {
    Tensor base = Matrices.base(dtype, rows, columns, seed);
    Tensor target = Matrices.tuned(dtype, rows, columns, spread, seed);
    Encoded matrix = encode(effort, target, base);
    assertThat(matrix.length())
        .as("beside the same elements in no matrix")
        .isLessThanOrEqualTo(
            (int) (encode(effort, flat(target), flat(base)).length() * 1.002) + 16);
  }

  @Property(tries = 3)
  @Label("leave chunks independent: any range of a large matrix reads as a slice of the whole")
  void ranges(@ForAll @IntRange(min = 900, max = 1100) int columns, @ForAll long seed) {
    Tensor base = Matrices.base(DType.BF16, 1300, columns, seed);
    Tensor target = Matrices.tuned(DType.BF16, 1300, columns, 2.0, seed);
    Encoded encoded = TensorCodec.of(Effort.MAX).encode(target, base);
    assertThat(encoded.stats().chunks()).containsEntry(ChunkMode.SCALED, 2);
    Random random = new Random(seed);
    int from = random.nextInt((int) target.byteLength());
    ByteBuffer range = ByteBuffer.allocate(random.nextInt((int) target.byteLength() - from) + 1);
    TensorCodec.open(ByteSource.of(encoded.bytes()), base).read(from, range);
    assertThat(range.flip()).isEqualTo(target.data().slice(from, range.limit()));
  }

  @Property(tries = 200)
  @Label("are read as they were written, and turn exponents into what the specification says")
  void specification(
      @ForAll @IntRange(min = 1, max = 70) int columns,
      @ForAll @IntRange(min = 1, max = 4097) int elements,
      @ForAll @IntRange(max = 3) int steps,
      @ForAll @IntRange(max = 3) int spacing,
      @ForAll("widths") int width,
      @ForAll long seed) {
    Random random = new Random(seed);
    int firstColumn = random.nextInt(columns);
    int[] rows = levels(Scales.rows(firstColumn, columns, elements), random);
    int[] columnLevels = levels(columns, random);
    BitWriter out = new BitWriter(64);
    Scales written = new Scales(firstColumn, steps, spacing, rows, columnLevels);
    written.write(out);
    assertThat(written.bits()).isEqualTo(out.bitLength());
    byte[] bytes = out.toBytes();
    Scales read = Scales.read(new BitReader(bytes, 0, bytes.length));
    read.requireElements(elements);
    for (int first = 0; first < elements; first += ElementBlock.SIZE) {
      int count = Math.min(ElementBlock.SIZE, elements - first);
      int slots = ElementBlock.slots(count, width);
      int[] exponents = random.ints(slots, 0, 2048).toArray();
      int[] expected = new int[slots];
      int perWord = Math.max(1, 4 / width);
      for (int i = 0; i < slots; i++) {
        int slot = i % perWord * (slots / perWord) + i / perWord;
        int at = firstColumn + first + i;
        int sum = i < count ? rows[at / columns] + columnLevels[at % columns] : 0;
        expected[slot] = Math.floorDiv((exponents[slot] << steps) + sum + 256, 1 << spacing);
      }
      read.apply(exponents, first, count, width, new int[slots], new int[slots]);
      assertThat(exponents).isEqualTo(expected);
    }
  }

  @Provide
  Arbitrary<Integer> widths() {
    return Arbitraries.of(1, 2, 4, 8);
  }

  private static int[] levels(int count, Random random) {
    int most = 1 + random.nextInt(Scales.MAX_LEVEL);
    return random.ints(count, -most, most + 1).toArray();
  }

  @Example
  @Label("of another number of elements are refused")
  void otherElements() {
    Scales scales = new Scales(3, 2, 1, new int[5], new int[10]);
    scales.requireElements(38);
    scales.requireElements(47);
    for (int elements : new int[] {37, 48, 0, 1_000_000}) {
      assertThatThrownBy(() -> scales.requireElements(elements))
          .isInstanceOf(CorruptDataException.class);
    }
  }

  @Example
  @Label("that promise more rows than there are bits end in an exception")
  void promises() {
    BitWriter out = new BitWriter(64);
    out.putGamma(Scales.MAX_SIDE - 1L);
    out.putGamma(0);
    out.putGamma(Scales.MAX_SIDE - 1L);
    byte[] bytes = Arrays.copyOf(out.toBytes(), 40);
    assertThatThrownBy(() -> Scales.read(new BitReader(bytes, 0, bytes.length)))
        .isInstanceOf(CorruptDataException.class);
  }

  @Example
  @Label("are found to be what the update's were")
  void found() {
    int rows = 64;
    int columns = 96;
    ByteBuffer base = ByteBuffer.allocate(4 * rows * columns);
    ByteBuffer target = ByteBuffer.allocate(4 * rows * columns);
    base.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    target.order(java.nio.ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * columns; i++) {
      int step = 64 << (i / columns % 4) << (i % columns % 3);
      base.putInt(0x3F800000);
      target.putInt(0x3F800000 + (i % 2 == 0 ? step : -step));
    }
    EncoderSpace space = new EncoderSpace();
    space.fit(ElementBlock.SIZE);
    ElementForm form = ElementForm.of(DType.F32, 0);
    BlockLoader loader = new BlockLoader(space, target.flip(), base.flip(), rows * columns, form);
    Scales scales = new ScaleSearch(space, loader, new MatrixRows(columns, 0)).find(0, 1);
    assertThat(scales).isNotNull();
    int[] levels = new int[rows * columns];
    for (int first = 0; first < levels.length; first += ElementBlock.SIZE) {
      int[] block = new int[ElementBlock.SIZE];
      scales.apply(block, first, block.length, 4, new int[block.length], new int[block.length]);
      System.arraycopy(block, 0, levels, first, block.length);
    }
    for (int i = 0; i < levels.length; i++) {
      int octaves = i / columns % 4 + i % columns % 3;
      assertThat(levels[0] - levels[i]).as("element %d", i).isEqualTo(4 * octaves);
    }
  }
}
