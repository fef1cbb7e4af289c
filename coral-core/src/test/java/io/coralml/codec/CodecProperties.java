package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

@Tag("integrity")
@Label("For any tensor, base and effort, the codec")
class CodecProperties {

  /** What the bits of a tensor look like. */
  enum Bits {
    NOISE,
    WEIGHTS,
    NARROW,
    FEW_VALUES,
    SPECIAL,
    ZEROS_MOSTLY,
    RUNS
  }

  /** How a base is made from the target. */
  enum Update {
    NONE,
    EQUAL,
    SPARSE,
    NEIGHBOURS,
    NOISY,
    UNRELATED
  }

  /** The most elements along each axis, by the number of axes: about 9000 in all. */
  private static final long[] MOST_EXTENT = {1, 9000, 95, 21, 10};

  @Provide
  Arbitrary<DType> dtypes() {
    return Arbitraries.of(DType.known());
  }

  @Property(tries = 400)
  @Label("gives back every bit")
  void roundTrip(
      @ForAll("dtypes") DType dtype,
      @ForAll Bits bits,
      @ForAll Update update,
      @ForAll Effort effort,
      @ForAll("shapes") Shape shape,
      @ForAll long seed) {
    Tensor target = tensor(dtype, bits, shape, seed);
    Tensor base = base(target, update, seed + 1);
    Encoded encoded = TensorCodec.of(effort).encode(target, base);
    assertThat(TensorCodec.decode(Encoded.of(encoded.bytes()), base)).isEqualTo(target);
    assertThat(encoded.stats())
        .as("what the encoder counts is what is counted in its result")
        .isEqualTo(
            TensorCodec.of(effort)
                .encode(target, base, Channels.newChannel(OutputStream.nullOutputStream())));
    assertThat((double) encoded.length())
        .as("never larger than raw plus a small header")
        .isLessThanOrEqualTo(target.byteLength() * 1.001 + 64);
  }

  @Property(tries = 160)
  @Label("gives back every bit of what it mostly codes in pairs, any range of it too")
  void pairs(
      @ForAll("paired") DType dtype,
      @ForAll boolean near,
      @ForAll boolean narrow,
      @ForAll @IntRange(min = 4096, max = 9000) int elements,
      @ForAll long seed) {
    Tensor wide = tensor(dtype, Bits.WEIGHTS, elements, seed);
    Tensor wideBase = base(wide, near ? Update.NEIGHBOURS : Update.NOISY, seed + 1);
    Tensor target = narrow ? shiftedUp(wide) : wide;
    Tensor base = narrow ? shiftedUp(wideBase) : wideBase;
    Encoded encoded = TensorCodec.of(Effort.FAST).encode(target, base);
    Statistics.collect(encoded.stats().chunks().containsKey(ChunkMode.PAIRED));
    Statistics.coverage(paired -> paired.check(true).percentage(share -> share > 50));
    assertThat(TensorCodec.decode(encoded, base)).isEqualTo(target);
    int from = new Random(seed).nextInt((int) target.byteLength());
    ByteBuffer range = ByteBuffer.allocate((int) target.byteLength() - from);
    TensorCodec.open(ByteSource.of(encoded.bytes()), base).read(from, range);
    assertThat(range.flip()).isEqualTo(target.data().position(from).slice());
  }

  /** Shifts every element up by three bits, so that these are zero in all. */
  private static Tensor shiftedUp(Tensor tensor) {
    int width = tensor.dtype().bytes();
    byte[] bytes = new byte[(int) tensor.byteLength()];
    tensor.data().get(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < bytes.length; at += width) {
      if (width == 2) {
        buffer.putShort(at, (short) (buffer.getShort(at) << 3));
      } else {
        buffer.putInt(at, buffer.getInt(at) << 3);
      }
    }
    return Tensor.of(tensor.dtype(), tensor.shape(), buffer);
  }

  @Provide
  Arbitrary<DType> paired() {
    return Arbitraries.of(DType.F32, DType.F16, DType.BF16, DType.I32, DType.U16);
  }

  /** Scalars, shapes with no element in them, and up to four axes. */
  @Provide
  Arbitrary<Shape> shapes() {
    return Arbitraries.integers()
        .between(0, MOST_EXTENT.length - 1)
        .flatMap(
            rank ->
                Arbitraries.longs()
                    .between(0, MOST_EXTENT[rank])
                    .array(long[].class)
                    .ofSize(rank)
                    .map(Shape::of));
  }

  @Property(tries = 12)
  @Label("writes the same bytes for any number of threads, and reads any range of them")
  void threadsAndRanges(
      @ForAll("wide") DType dtype,
      @ForAll Update update,
      @ForAll Effort effort,
      @ForAll @IntRange(min = 400_000, max = 900_000) int elements,
      @ForAll @IntRange(min = 2, max = 6) int threads,
      @ForAll long seed) {
    Tensor target = tensor(dtype, Bits.WEIGHTS, elements, seed);
    Tensor base = base(target, update, seed + 1);
    TensorCodec codec = TensorCodec.of(effort);
    Encoded one = codec.withThreads(1).encode(target, base);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      Encoded many = pool.submit(() -> codec.withThreads(threads).encode(target, base)).join();
      assertThat(many.bytes()).isEqualTo(one.bytes());
    } finally {
      pool.shutdown();
    }
    Random random = new Random(seed);
    int from = random.nextInt((int) target.byteLength());
    int length = random.nextInt((int) target.byteLength() - from) + 1;
    ByteBuffer range = ByteBuffer.allocate(length);
    TensorCodec.open(ByteSource.of(one.bytes()), base).read(from, range);
    assertThat(range.flip()).isEqualTo(target.data().slice(from, length));
  }

  @Provide
  Arbitrary<DType> wide() {
    return Arbitraries.of(DType.BF16, DType.F32, DType.I8, DType.F64);
  }

  /** Elements that are no whole bytes get one axis more, so that there are four for each. */
  private static Tensor tensor(DType dtype, Bits bits, Shape shape, long seed) {
    long[] extents = new long[shape.rank() + 1];
    for (int axis = 0; axis < shape.rank(); axis++) {
      extents[axis] = shape.dim(axis);
    }
    extents[shape.rank()] = 4;
    Shape whole = dtype.isByteAligned() ? shape : Shape.of(extents);
    Tensor vector = tensor(dtype, bits, (int) whole.elements(), seed);
    return Tensor.of(dtype, whole, vector.data());
  }

  static Tensor tensor(DType dtype, Bits bits, int elements, long seed) {
    Random random = new Random(seed);
    int usable = dtype.isByteAligned() ? elements : elements / 4 * 4;
    int length = usable * dtype.bits() / 8;
    int width = dtype.isByteAligned() ? dtype.bytes() : 1;
    byte[] data = new byte[length];
    random.nextBytes(data);
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    byte[][] few = new byte[1 + random.nextInt(12)][width];
    for (byte[] value : few) {
      random.nextBytes(value);
    }
    for (int at = 0; at < length; at += width) {
      switch (bits) {
        case NOISE -> {
          // As it is.
        }
        case WEIGHTS -> putWeight(buffer, at, dtype, random.nextGaussian() * 0.05);
        case NARROW -> data[at] = 0;
        case FEW_VALUES -> buffer.put(at, few[random.nextInt(few.length)]);
        case RUNS -> buffer.put(at, few[at / width / 50 % few.length]);
        case SPECIAL -> putSpecial(buffer, at, dtype, random);
        case ZEROS_MOSTLY -> {
          if (random.nextInt(20) > 0) {
            buffer.put(at, new byte[width]);
          }
        }
      }
    }
    return Tensor.of(dtype, Shape.of(usable), buffer);
  }

  private static void putWeight(ByteBuffer buffer, int at, DType dtype, double value) {
    if (dtype.equals(DType.F64)) {
      buffer.putDouble(at, value);
    } else if (dtype.equals(DType.F32)) {
      buffer.putFloat(at, (float) value);
    } else if (dtype.isByteAligned() && dtype.bytes() == 2) {
      buffer.putShort(at, (short) (Float.floatToRawIntBits((float) value) >>> 16));
    } else {
      buffer.put(at, (byte) (value * 300));
    }
  }

  /** Zeros, infinities, NaN payloads, subnormals and extremes, of either sign. */
  private static void putSpecial(ByteBuffer buffer, int at, DType dtype, Random random) {
    int exponentBits = Math.max(1, dtype.exponentBits());
    int width = dtype.isByteAligned() ? dtype.bytes() : 1;
    long exponent = random.nextBoolean() ? (1L << exponentBits) - 1 : random.nextInt(2);
    long mantissa =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> 1;
          case 2 -> (1L << dtype.mantissaBits()) - 1;
          default -> random.nextLong() & ((1L << dtype.mantissaBits()) - 1);
        };
    long value = (exponent << dtype.mantissaBits()) | mantissa;
    value |= random.nextBoolean() ? 1L << (width * 8 - 1) : 0;
    for (int i = 0; i < width; i++) {
      buffer.put(at + i, (byte) (value >>> (8 * i)));
    }
  }

  static @Nullable Tensor base(Tensor target, Update update, long seed) {
    if (update == Update.NONE) {
      return null;
    }
    Random random = new Random(seed);
    byte[] data = new byte[(int) target.byteLength()];
    target.data().get(data);
    int width = target.dtype().isByteAligned() ? target.dtype().bytes() : 1;
    for (int at = 0; at + width <= data.length; at += width) {
      switch (update) {
        case SPARSE -> data[at] ^= (byte) (random.nextInt(200) == 0 ? 1 + random.nextInt(255) : 0);
        case NEIGHBOURS -> data[at] += (byte) (random.nextInt(3) - 1);
        case NOISY -> {
          for (int i = 0; i < (width + 1) / 2; i++) {
            data[at + i] = (byte) random.nextInt();
          }
        }
        case UNRELATED -> {
          for (int i = 0; i < width; i++) {
            data[at + i] = (byte) random.nextInt();
          }
        }
        default -> {
          // Equal.
        }
      }
    }
    return Tensor.of(target.dtype(), target.shape(), ByteBuffer.wrap(data));
  }
}
