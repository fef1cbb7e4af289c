package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("integrity")
@DisplayName("A forged encoding, its checksums right,")
class HostileTest {

  /** Makes an encoding of one chunk with right lengths and checksums from any bytes. */
  static Encoded forge(Tensor like, byte[] chunk, @Nullable Tensor base) {
    int chunkBytes = (int) like.byteLength();
    byte[] head =
        new EncodedFormat.Header(like.dtype(), like.shape(), chunkBytes, chunkBytes).toBytes();
    ByteBuffer trailer =
        EncodedFormat.trailer(
            head,
            new int[] {chunk.length},
            new int[] {EncodedFormat.checksum(chunk, chunk.length)},
            base == null ? null : base.id());
    ByteBuffer all = ByteBuffer.allocate(head.length + chunk.length + trailer.remaining());
    return Encoded.of(all.put(head).put(chunk).put(trailer).flip());
  }

  /**
   * Decodes; anything but the right form of tensor or a {@link CorruptDataException} is a defect.
   */
  static void decodeAny(Tensor like, byte[] chunk, @Nullable Tensor base) {
    try {
      Tensor decoded = TensorCodec.decode(forge(like, chunk, base), base);
      assertThat(decoded.shape()).isEqualTo(like.shape());
      assertThat(decoded.byteLength()).isEqualTo(like.byteLength());
    } catch (CorruptDataException expected) {
      assertThat(expected).hasMessageContaining("damaged");
    }
  }

  private static byte[] onlyChunk(Encoded encoded) {
    byte[] chunk = new byte[encoded.format().chunkLength(0)];
    encoded.format().readChunk(0, chunk);
    return chunk;
  }

  @Test
  @DisplayName("ends in an exception or a tensor of the right form, whichever bit is forged")
  void everyBit() {
    for (CodecProperties.Update update :
        new CodecProperties.Update[] {
          CodecProperties.Update.NONE,
          CodecProperties.Update.SPARSE,
          CodecProperties.Update.NEIGHBOURS,
        }) {
      for (DType dtype : new DType[] {DType.F32, DType.BF16, DType.F64, DType.I8}) {
        Tensor target = CodecProperties.tensor(dtype, CodecProperties.Bits.WEIGHTS, 600, 1);
        Tensor base = CodecProperties.base(target, update, 2);
        byte[] chunk = onlyChunk(TensorCodec.of(Effort.BALANCED).encode(target, base));
        for (int bit = 0; bit < Math.min(chunk.length * 8, 2500); bit++) {
          byte[] forged = chunk.clone();
          forged[bit / 8] ^= (byte) (1 << (bit % 8));
          decodeAny(target, forged, base);
        }
        for (int length = 1; length < chunk.length; length += 7) {
          decodeAny(target, Arrays.copyOf(chunk, length), base);
        }
      }
    }
  }

  @Test
  @DisplayName("of a matrix with scales ends likewise, whichever bit is forged")
  void everyBitOfScales() {
    for (DType dtype : new DType[] {DType.BF16, DType.F64}) {
      Tensor target = Matrices.tuned(dtype, 60, 81, 2, 41);
      Tensor base = Matrices.base(dtype, 60, 81, 41);
      byte[] chunk = onlyChunk(TensorCodec.of(Effort.MAX).encode(target, base));
      assertThat(chunk[0]).isEqualTo((byte) ChunkMode.SCALED.code());
      for (int bit = 0; bit < Math.min(chunk.length * 8, 2500); bit++) {
        byte[] forged = chunk.clone();
        forged[bit / 8] ^= (byte) (1 << (bit % 8));
        decodeAny(target, forged, base);
      }
      for (int length = 1; length < chunk.length; length += 7) {
        decodeAny(target, Arrays.copyOf(chunk, length), base);
      }
    }
  }

  @Test
  @DisplayName("of pairs ends likewise, whichever bit is forged")
  void everyBitOfPairs() {
    for (DType dtype : new DType[] {DType.BF16, DType.F32}) {
      Tensor target = CodecProperties.tensor(dtype, CodecProperties.Bits.WEIGHTS, 4101, 1);
      Tensor base = CodecProperties.base(target, CodecProperties.Update.NOISY, 2);
      byte[] chunk = onlyChunk(TensorCodec.of(Effort.FAST).encode(target, base));
      assertThat(chunk[0]).isEqualTo((byte) ChunkMode.PAIRED.code());
      for (int bit = 0; bit < Math.min(chunk.length * 8, 2500); bit++) {
        byte[] forged = chunk.clone();
        forged[bit / 8] ^= (byte) (1 << (bit % 8));
        decodeAny(target, forged, base);
      }
      for (int length = 1; length < chunk.length; length += 7) {
        decodeAny(target, Arrays.copyOf(chunk, length), base);
      }
    }
  }

  @Test
  @DisplayName("of random bytes under every mode ends likewise")
  void randomBodies() {
    Random random = new Random(3);
    Tensor like = CodecProperties.tensor(DType.F32, CodecProperties.Bits.WEIGHTS, 500, 1);
    for (int i = 0; i < 4000; i++) {
      byte[] chunk = new byte[1 + random.nextInt(200)];
      random.nextBytes(chunk);
      chunk[0] = (byte) random.nextInt(ChunkMode.values().length + 1);
      decodeAny(like, chunk, like);
    }
  }

  @Test
  @DisplayName("that promises far more chunks than it has room for allocates nothing for them")
  void manyChunks() {
    byte[] head =
        new EncodedFormat.Header(DType.U8, Shape.of(1L << 45), 1L << 45, 1 << 20).toBytes();
    ByteBuffer all = ByteBuffer.allocate(200).put(head);
    assertThatThrownBy(() -> Encoded.of(all.position(0)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("too short");
  }
}
