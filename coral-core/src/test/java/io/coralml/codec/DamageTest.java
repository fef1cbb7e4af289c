package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integrity")
@DisplayName("A damaged encoding is noticed")
class DamageTest {

  private record Sample(Encoded encoded, @Nullable Tensor base) {
    byte[] bytes() {
      byte[] bytes = new byte[encoded.length()];
      encoded.bytes().get(bytes);
      return bytes;
    }
  }

  /** One small encoding of every form a chunk can take, with the base it needs. */
  private static List<Sample> samples() {
    TensorCodec codec = TensorCodec.of(Effort.BALANCED);
    byte[] noise = new byte[60];
    new Random(1).nextBytes(noise);
    Tensor raw = Tensor.of(DType.F32, Shape.of(3, 5), ByteBuffer.wrap(noise));
    Tensor zstd = Tensor.of(DType.I64, Shape.of(40), ByteBuffer.allocate(320).putInt(4, 1));
    Tensor opaque = Tensor.of(DType.named("X9"), Shape.of(2), ByteBuffer.wrap(new byte[] {1, 2}));
    return List.of(
        new Sample(codec.encode(raw, null), null),
        new Sample(codec.encode(raw, raw), raw),
        new Sample(codec.encode(zstd, null), null),
        new Sample(codec.encode(Tensor.of(new float[9]), null), null),
        new Sample(codec.encode(Tensor.of(new float[0], 0), null), null),
        new Sample(codec.encode(opaque, null), null),
        coded(CodecProperties.Update.NONE),
        coded(CodecProperties.Update.SPARSE),
        coded(CodecProperties.Update.NEIGHBOURS),
        scaled(),
        paired());
  }

  private static Sample coded(CodecProperties.Update update) {
    Tensor target = CodecProperties.tensor(DType.F32, CodecProperties.Bits.WEIGHTS, 400, 1);
    Tensor base = CodecProperties.base(target, update, 2);
    return new Sample(TensorCodec.of(Effort.BALANCED).encode(target, base), base);
  }

  private static Sample scaled() {
    Tensor base = Matrices.base(DType.BF16, 60, 81, 41);
    Tensor target = Matrices.tuned(DType.BF16, 60, 81, 2, 41);
    Encoded encoded = TensorCodec.of(Effort.MAX).encode(target, base);
    assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.SCALED);
    return new Sample(encoded, base);
  }

  private static Sample paired() {
    Tensor target = CodecProperties.tensor(DType.BF16, CodecProperties.Bits.WEIGHTS, 4101, 1);
    Tensor base = CodecProperties.base(target, CodecProperties.Update.NEIGHBOURS, 2);
    Encoded encoded = TensorCodec.of(Effort.FAST).encode(target, base);
    assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.PAIRED);
    return new Sample(encoded, base);
  }

  /** A few elements of a dtype, encoded alone and against a base near by. */
  private static List<Sample> samples(DType dtype) {
    int length = 24 * Math.max(8, dtype.bits()) / 8;
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ((i * i) >> 4);
    }
    Shape shape = Shape.of(dtype.bits() == 0 ? 24 : length * 8L / dtype.bits());
    Tensor base = Tensor.of(dtype, shape, ByteBuffer.wrap(bytes));
    byte[] near = bytes.clone();
    for (int i = 0; i < length; i += Math.max(8, dtype.bits()) / 8) {
      near[i] ^= (byte) (i & 3);
    }
    Tensor target = Tensor.of(dtype, shape, ByteBuffer.wrap(near));
    TensorCodec codec = TensorCodec.of(Effort.BALANCED);
    return List.of(
        new Sample(codec.encode(target, null), null), new Sample(codec.encode(target, base), base));
  }

  @Test
  @DisplayName("when any single bit of it is flipped")
  void everyBit() {
    List<Sample> all = new ArrayList<>(samples());
    DType.known().forEach(dtype -> all.addAll(samples(dtype)));
    all.addAll(samples(DType.named("Q5_X")));
    for (Sample sample : all) {
      byte[] encoded = sample.bytes();
      for (int bit = 0; bit < encoded.length * 8; bit++) {
        byte[] damaged = encoded.clone();
        damaged[bit / 8] ^= (byte) (1 << (bit % 8));
        assertRefused(damaged, sample.base());
      }
    }
  }

  @Test
  @DisplayName("when it is cut short anywhere, or longer than it was")
  void everyLength() {
    for (Sample sample : samples()) {
      byte[] encoded = sample.bytes();
      for (int length = 0; length < encoded.length; length++) {
        assertRefused(Arrays.copyOf(encoded, length), sample.base());
      }
      assertRefused(Arrays.copyOf(encoded, encoded.length + 1), sample.base());
    }
  }

  private static void assertRefused(byte[] damaged, @Nullable Tensor base) {
    assertThatThrownBy(() -> TensorCodec.decode(Encoded.of(ByteBuffer.wrap(damaged)), base))
        .isInstanceOf(CorruptDataException.class);
  }
}
