package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("integrity")
@DisplayName("The form of a chunk")
class ModesTest {
  private static final int ELEMENTS = 200_000;

  private static float[] weights(int elements, long seed) {
    Random random = new Random(seed);
    float[] weights = new float[elements];
    for (int i = 0; i < elements; i++) {
      weights[i] = (random.nextFloat() * 2 - 1) / 28;
    }
    return weights;
  }

  private static float[] plusNoise(float[] weights, double sd, int oneIn, long seed) {
    Random random = new Random(seed);
    float[] noisy = weights.clone();
    for (int i = 0; i < noisy.length; i++) {
      if (random.nextInt(oneIn) == 0) {
        noisy[i] = (float) (weights[i] + sd * random.nextGaussian());
      }
    }
    return noisy;
  }

  private static Tensor bf16(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      int bits = Float.floatToRawIntBits(value);
      bytes.putShort((short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16));
    }
    return Tensor.of(DType.BF16, Shape.of(values.length), bytes.flip());
  }

  private static Encoded encode(Tensor target, @Nullable Tensor base) {
    Encoded encoded = TensorCodec.of(Effort.BALANCED).encode(target, base);
    assertThat(TensorCodec.decode(encoded, base)).isEqualTo(target);
    return encoded;
  }

  @Nested
  @DisplayName("is the one that fits")
  class Chosen {
    @Test
    @DisplayName("a delta for small updates, whose symbols and tables the statistics count")
    void delta() {
      float[] base = weights(ELEMENTS, 1);
      Encoded encoded = encode(bf16(plusNoise(base, 1e-4, 1, 2)), bf16(base));
      assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.DELTA);
      assertThat(encoded.stats().bitsPerWeight()).isBetween(1.0, 4.0);
      assertThat(encoded.stats().tableBytes()).isBetween(100L, encoded.length() / 20L);
    }

    @Test
    @DisplayName("places and values when few elements changed")
    void sparse() {
      float[] base = weights(ELEMENTS, 3);
      Tensor target = Tensor.of(plusNoise(base, 1e-3, 1000, 4));
      Encoded encoded = encode(target, Tensor.of(base));
      assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.SPARSE);
      assertThat(encoded.length()).isLessThan(ELEMENTS / 1000 * 6);
    }

    @Test
    @DisplayName("alone for weights without a base, and for a base that is no help")
    void alone() {
      Tensor target = Tensor.of(weights(ELEMENTS, 5));
      assertThat(encode(target, null).stats().chunks()).containsOnlyKeys(ChunkMode.ALONE);
      assertNoHelp(target, Tensor.of(weights(ELEMENTS, 6)));
      assertNoHelp(bf16(weights(ELEMENTS, 5)), bf16(weights(ELEMENTS, 6)));
      byte[] small = new byte[ELEMENTS];
      new Random(5).nextBytes(small);
      Tensor bytes = Tensor.of(DType.I8, Shape.of(ELEMENTS), ByteBuffer.wrap(small));
      assertNoHelp(bytes, TensorCodecTest.random(DType.I8, ELEMENTS, 6));
    }

    private void assertNoHelp(Tensor target, Tensor base) {
      Encoded unrelated = encode(target, base);
      assertThat(unrelated.baseId()).isEmpty();
      assertThat((double) unrelated.length())
          .isLessThanOrEqualTo(encode(target, null).length() * 1.002);
    }

    @Test
    @DisplayName("a palette for few different values of any width")
    void palette() {
      Random random = new Random(7);
      float[] few = new float[ELEMENTS];
      for (int i = 0; i < ELEMENTS; i++) {
        few[i] = (random.nextInt(100) - 50) * 0.013f;
      }
      Encoded encoded = encode(Tensor.of(few), null);
      assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.PALETTE);
      assertThat(encoded.stats().bitsPerWeight()).isLessThan(6.9);
    }

    @Test
    @DisplayName("nothing but raw bytes for noise")
    void raw() {
      byte[] noise = new byte[4 * ELEMENTS];
      new Random(8).nextBytes(noise);
      Tensor target = Tensor.of(DType.I32, Shape.of(ELEMENTS), ByteBuffer.wrap(noise));
      assertThat(encode(target, null).stats().chunks()).containsOnlyKeys(ChunkMode.RAW);
    }
  }

  @Nested
  @DisplayName("comes near the limit")
  class NearTheLimit {
    @ParameterizedTest(name = "{0}: noise sd {1} on weights of ±1/28, within {2} %")
    @CsvSource({"BALANCED, 1e-4, 3", "BALANCED, 1e-2, 3", "MAX, 1e-3, 2", "MAX, 5e-2, 2"})
    @DisplayName("that noise of known size in f32 sets")
    void noise(Effort effort, double sd, double percent) {
      float[] base = weights(ELEMENTS, 9);
      float[] noisy = plusNoise(base, sd, 1, 10);
      double limit = 0;
      for (float value : noisy) {
        double differential = Math.log(sd * Math.sqrt(2 * Math.PI * Math.E)) / Math.log(2);
        limit += (differential - (Math.getExponent(value) - 23)) / ELEMENTS;
      }
      EncodedStats stats = TensorCodec.of(effort).encode(Tensor.of(noisy), Tensor.of(base)).stats();
      assertThat(stats.distanceTo(limit) * 100).isBetween(-1.0, percent);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("that places and steps of one element in a thousand set, 95 % of it")
    void oneInAThousand(Effort effort) {
      float[] base = weights(1 << 21, 14);
      for (int i = 0; i < base.length; i++) {
        // Away from 0, where a step could leave the floats of one sign.
        base[i] = 0.01f + Math.abs(base[i]);
      }
      assertNearLimit(Tensor.of(base), 15, effort);
      assertNearLimit(bf16(base), 5, effort);
    }

    @Test
    @DisplayName("no farther with the greatest effort than with less, where few elements changed")
    void noWorseWithMoreEffort() {
      float[] base = weights(1 << 21, 16);
      Tensor target = Tensor.of(plusNoise(base, 1e-3, 1000, 17));
      int balanced = encode(target, Tensor.of(base)).length();
      Encoded most = TensorCodec.of(Effort.MAX).encode(target, Tensor.of(base));
      assertThat(most.stats().chunks()).containsOnlyKeys(ChunkMode.SPARSE);
      assertThat(most.length()).isLessThanOrEqualTo(balanced);
      assertThat(TensorCodec.decode(most, Tensor.of(base))).isEqualTo(target);
    }

    /** Changes one element in a thousand by up to 2^bits steps, either way. */
    private void assertNearLimit(Tensor base, int bits, Effort effort) {
      int width = base.dtype().bytes();
      int elements = (int) base.byteLength() / width;
      byte[] bytes = new byte[elements * width];
      base.data().get(bytes);
      ByteBuffer target = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      Random random = new Random(15);
      int changed = 0;
      for (int at = 0; at < bytes.length; at += width) {
        if (random.nextInt(1000) == 0) {
          int step = 1 + random.nextInt(1 << bits);
          int signed = random.nextBoolean() ? step : -step;
          if (width == 2) {
            target.putShort(at, (short) (target.getShort(at) + signed));
          } else {
            target.putInt(at, target.getInt(at) + signed);
          }
          changed++;
        }
      }
      double share = (double) changed / elements;
      double place = -share * Math.log(share) - (1 - share) * Math.log(1 - share);
      double limit = (elements * place / Math.log(2) + (bits + 1.0) * changed) / 8;
      Encoded encoded =
          TensorCodec.of(effort).encode(Tensor.of(base.dtype(), base.shape(), target), base);
      assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.SPARSE);
      assertThat(limit / encoded.length()).isBetween(0.95, 1.0);
    }

    @Test
    @DisplayName("narrowing finds floats of 16 bits stored in 32")
    void narrow() {
      Random random = new Random(11);
      float[] base = weights(ELEMENTS, 12);
      for (int i = 0; i < ELEMENTS; i++) {
        base[i] = Float.intBitsToFloat(Float.floatToRawIntBits(base[i]) & 0xFFFFE000);
      }
      float[] target = base.clone();
      for (int i = 0; i < ELEMENTS; i++) {
        int step = random.nextInt(5) - 2;
        target[i] = Float.intBitsToFloat(Float.floatToRawIntBits(base[i]) + (step << 13));
      }
      Encoded encoded = encode(Tensor.of(target), Tensor.of(base));
      assertThat(encoded.stats().bitsPerWeight()).isLessThan(2.5);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("makes bytes and truth values no larger than zstd does")
  void bytes(Effort effort) {
    int level = effort == Effort.FAST ? 1 : 9;
    Random random = new Random(13);
    byte[] weights = new byte[ELEMENTS];
    byte[] truth = new byte[ELEMENTS];
    byte[] runs = new byte[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      weights[i] = (byte) Math.round(25 * random.nextGaussian());
      truth[i] = (byte) (random.nextInt(10) == 0 ? 1 : 0);
      runs[i] = (byte) (i / 1000 % 7 == 0 ? 1 : 0);
    }
    for (byte[] data : new byte[][] {weights, truth, runs}) {
      DType dtype = data == weights ? DType.I8 : DType.BOOL;
      Tensor target = Tensor.of(dtype, Shape.of(ELEMENTS), ByteBuffer.wrap(data));
      Encoded encoded = TensorCodec.of(effort).encode(target, null);
      assertThat(encoded.length()).isLessThanOrEqualTo(Zstd.compress(data, level).length + 32);
    }
  }
}
