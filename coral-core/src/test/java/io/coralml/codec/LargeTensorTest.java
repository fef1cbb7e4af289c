package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A tensor of more than 2 GiB")
class LargeTensorTest {
  private static final long BYTES = (2L << 30) + (40L << 20) + 4;

  /** Zeros, but for one MiB of noise somewhere beyond 2 GiB; generated as it is read. */
  private static final class Generated implements TensorSource {
    private static final long NOISE_AT = (2L << 30) + (3L << 20);
    private final byte[] noise = new byte[1 << 20];

    Generated(long seed) {
      new Random(seed).nextBytes(noise);
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Shape shape() {
      return Shape.of(BYTES / 4);
    }

    @Override
    public long byteLength() {
      return BYTES;
    }

    /** What the noise says: all else is the same, and two gibibytes take seconds to hash. */
    @Override
    public TensorId id() {
      return Tensor.of(DType.U8, Shape.of(noise.length), ByteBuffer.wrap(noise)).id();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      int start = into.position();
      int length = into.remaining();
      into.put(new byte[length]);
      long from = Math.max(position, NOISE_AT);
      long to = Math.min(position + length, NOISE_AT + noise.length);
      if (from < to) {
        into.put(
            start + (int) (from - position), noise, (int) (from - NOISE_AT), (int) (to - from));
      }
    }
  }

  @Test
  @DisplayName("is encoded as a stream and read in ranges, in bounded memory")
  void streams() {
    Generated generated = new Generated(1);
    MemoryChannel out = new MemoryChannel();
    EncodedStats stats = TensorCodec.of(Effort.FAST).encode(generated, null, out);
    assertThat(stats.rawBytes()).isEqualTo(BYTES);
    assertThat(stats.encodedBytes()).isEqualTo(out.written().remaining());
    assertThat(stats.chunks().get(ChunkMode.CONSTANT)).isGreaterThan(2000);
    ByteSource encoded = ByteSource.of(out.written());
    TensorSource lazy = TensorCodec.open(encoded, null);
    assertThat(lazy.byteLength()).isEqualTo(BYTES);
    for (long position :
        new long[] {0, Integer.MAX_VALUE - 5L, Generated.NOISE_AT - 100_000, BYTES - 300_000}) {
      ByteBuffer expected = ByteBuffer.allocate(300_000);
      ByteBuffer read = ByteBuffer.allocate(300_000);
      generated.read(position, expected);
      lazy.read(position, read);
      assertThat(read.flip()).isEqualTo(expected.flip());
    }
    assertThatThrownBy(() -> TensorCodec.decode(Encoded.of(out.written()), null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("does not fit in one buffer");
  }

  @Test
  @DisplayName("is encoded against a base as large, and read in ranges with it")
  void delta() {
    Generated base = new Generated(1);
    Generated target = new Generated(2);
    for (int i = 0; i < target.noise.length; i++) {
      target.noise[i] = (byte) (base.noise[i] + (i % 4 == 0 ? target.noise[i] & 7 : 0));
    }
    MemoryChannel out = new MemoryChannel();
    EncodedStats stats = TensorCodec.of(Effort.FAST).encode(target, base, out);
    assertThat(stats.rawBytes()).isEqualTo(BYTES);
    assertThat(stats.chunks().get(ChunkMode.BASE)).isGreaterThan(500);
    assertThat(stats.encodedBytes()).isLessThan(target.noise.length / 4);
    TensorSource lazy = TensorCodec.open(ByteSource.of(out.written()), base);
    for (long position :
        new long[] {Integer.MAX_VALUE - 5L, Generated.NOISE_AT - 1000, Generated.NOISE_AT + 7}) {
      ByteBuffer expected = ByteBuffer.allocate(300_000);
      ByteBuffer read = ByteBuffer.allocate(300_000);
      target.read(position, expected);
      lazy.read(position, read);
      assertThat(read.flip()).isEqualTo(expected.flip());
    }
  }
}
