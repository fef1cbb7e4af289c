package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integrity")
@DisplayName("A tensor codec")
class TensorCodecTest {

  static Tensor random(DType dtype, int bytes, long seed) {
    byte[] data = new byte[bytes];
    new Random(seed).nextBytes(data);
    return Tensor.of(dtype, Shape.of(bytes / dtype.bytes()), ByteBuffer.wrap(data));
  }

  static Tensor flipped(Tensor tensor, int... positions) {
    byte[] data = new byte[(int) tensor.byteLength()];
    tensor.data().get(data);
    for (int position : positions) {
      data[position] ^= 1;
    }
    return Tensor.of(tensor.dtype(), tensor.shape(), ByteBuffer.wrap(data));
  }

  static void assertRoundTrip(Tensor target, @Nullable TensorSource base, Effort effort) {
    Encoded encoded = TensorCodec.of(effort).encode(target, base);
    assertThat(TensorCodec.decode(Encoded.of(encoded.bytes()), base)).isEqualTo(target);
  }

  @Nested
  @DisplayName("gives back bit for bit")
  class RoundTrips {
    @ParameterizedTest
    @EnumSource
    @DisplayName("a tensor of every dtype, alone and against a base")
    void everyDType(Effort effort) {
      for (DType dtype : DType.known()) {
        for (int elements : new int[] {0, 8, 4000}) {
          byte[] data = new byte[elements * dtype.bits() / 8];
          new Random(elements).nextBytes(data);
          Tensor target = Tensor.of(dtype, Shape.of(elements), ByteBuffer.wrap(data));
          assertRoundTrip(target, null, effort);
          if (elements > 0) {
            assertRoundTrip(target, flipped(target, 0), effort);
            assertRoundTrip(target, target, effort);
          }
        }
      }
    }

    @Test
    @DisplayName("a tensor of a dtype nobody knows, whose length its shape does not say")
    void opaque() {
      byte[] data = {1, 2, 3, 4, 5};
      Tensor target = Tensor.of(DType.named("Q5_X"), Shape.of(3), ByteBuffer.wrap(data));
      assertRoundTrip(target, null, Effort.BALANCED);
      assertRoundTrip(target, flipped(target, 4), Effort.BALANCED);
    }

    @Test
    @DisplayName("a scalar and a tensor without elements")
    void scalarAndEmpty() {
      assertRoundTrip(
          Tensor.of(DType.F64, Shape.scalar(), ByteBuffer.allocate(8)), null, Effort.BALANCED);
      Tensor empty = Tensor.of(DType.F64, Shape.of(3, 0), ByteBuffer.allocate(0));
      assertRoundTrip(empty, null, Effort.BALANCED);
      assertRoundTrip(empty, empty, Effort.BALANCED);
    }

    @Test
    @DisplayName("a tensor in a direct buffer")
    void direct() {
      ByteBuffer direct = ByteBuffer.allocateDirect(4096);
      for (int i = 0; i < 4096; i++) {
        direct.put((byte) ((i * i) >> 5));
      }
      Tensor target = Tensor.of(DType.F32, Shape.of(1024), direct.flip());
      assertRoundTrip(target, null, Effort.BALANCED);
      assertRoundTrip(target, flipped(target, 99), Effort.BALANCED);
    }

    @Test
    @DisplayName("a tensor of several chunks, the same bytes for any number of threads")
    void severalChunks() {
      Tensor target = random(DType.BF16, 5_000_000, 1);
      Tensor base = flipped(target, 7, 4_000_000);
      Encoded one = TensorCodec.of(Effort.FAST).withThreads(1).encode(target, base);
      Encoded five = TensorCodec.of(Effort.FAST).withThreads(5).encode(target, base);
      assertThat(one.bytes()).isEqualTo(five.bytes());
      assertThat(TensorCodec.decode(one, base, 1)).isEqualTo(target);
      assertThat(TensorCodec.decode(five, base, 5)).isEqualTo(target);
    }
  }

  @Nested
  @DisplayName("stores")
  class Sizes {
    @Test
    @DisplayName("what equals its base in a few bytes, and says which base it needs")
    void equalToBase() {
      Tensor tensor = random(DType.F32, 4_000_000, 2);
      Encoded encoded = TensorCodec.of(Effort.BALANCED).encode(tensor, tensor);
      assertThat(encoded.baseId()).contains(tensor.id());
      assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.BASE);
      assertThat(encoded.length()).isLessThan(100);
    }

    @Test
    @DisplayName("a constant tensor in a few bytes, without need of the base it was given")
    void constant() {
      Tensor zeros = Tensor.of(new float[100_000], 100, 1000);
      Encoded encoded =
          TensorCodec.of(Effort.BALANCED)
              .encode(zeros, Tensor.of(random(DType.F32, 400_000, 3).toFloats(), 100, 1000));
      assertThat(encoded.baseId()).isEmpty();
      assertThat(encoded.stats().chunks()).containsOnlyKeys(ChunkMode.CONSTANT);
      assertThat(encoded.length()).isLessThan(30);
    }

    @Test
    @DisplayName("noise in hardly more than its own bytes")
    void noise() {
      for (int bytes : new int[] {1, 100, 3_000_000}) {
        Encoded encoded = TensorCodec.of(Effort.MAX).encode(random(DType.U8, bytes, 4), null);
        assertThat((double) encoded.length()).isLessThanOrEqualTo(bytes * 1.001 + 64);
      }
    }
  }

  @Nested
  @DisplayName("opened lazily")
  class Lazily {
    @Test
    @DisplayName("reads any range as the whole tensor has it")
    void ranges() {
      Tensor base = random(DType.F32, 4_000_000, 5);
      Tensor target = flipped(base, 1_500_000);
      Encoded encoded = TensorCodec.of(Effort.FAST).encode(target, base);
      TensorSource lazy = TensorCodec.open(ByteSource.of(encoded.bytes()), base);
      assertThat(lazy.id()).isEqualTo(target.id());
      int[][] ranges = {{0, 0}, {0, 1}, {3, 10}, {1_000_001, 2_000_002}, {3_999_999, 1}};
      for (int[] range : ranges) {
        ByteBuffer into = ByteBuffer.allocateDirect(range[1] + 8).position(3).limit(3 + range[1]);
        lazy.read(range[0], into);
        assertThat(into.hasRemaining()).isFalse();
        assertThat(into.slice(3, range[1])).isEqualTo(target.data().slice(range[0], range[1]));
      }
      assertThatThrownBy(() -> lazy.read(3_999_999, ByteBuffer.allocate(2)))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"F64", "F32", "BF16"})
    @DisplayName("tells on the way how far it is, of no byte that changes afterwards")
    void onTheWay(String dtype) {
      Tensor base = random(DType.named(dtype), 400_000, 8);
      Tensor near = Chain.stepped(base);
      Tensor sparse = flipped(base, 8, 300_000);
      for (Tensor target : List.of(base, near, sparse, random(base.dtype(), 3_000_000, 9))) {
        Tensor other = target.shape().equals(base.shape()) ? base : null;
        Encoded encoded = TensorCodec.of(Effort.BALANCED).encode(target, other);
        EncodedTensor lazy =
            TensorCodec.open(ByteSource.of(encoded.bytes()), base, new DecodingSpace());
        List<ByteBuffer> told = new ArrayList<>();
        ByteBuffer into = ByteBuffer.allocate((int) target.byteLength());
        lazy.readAll(into, upTo -> told.add(copy(into.array(), upTo)));
        assertThat(into.flip()).isEqualTo(target.data());
        for (ByteBuffer bytes : told) {
          assertThat(bytes).isEqualTo(target.data().slice(0, bytes.remaining()));
        }
        assertThat(told).isSortedAccordingTo(Comparator.comparing(ByteBuffer::remaining));
        assertThat(told.isEmpty()).isEqualTo(!isCodedInOne(encoded));
        assertThatThrownBy(() -> lazy.readAll(ByteBuffer.allocate(1), upTo -> {}))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }

    private ByteBuffer copy(byte[] bytes, int upTo) {
      return ByteBuffer.wrap(Arrays.copyOf(bytes, upTo));
    }

    private boolean isCodedInOne(Encoded encoded) {
      Map<ChunkMode, Integer> chunks = encoded.stats().chunks();
      return chunks.equals(Map.of(ChunkMode.ALONE, 1)) || chunks.equals(Map.of(ChunkMode.DELTA, 1));
    }
  }

  @Nested
  @DisplayName("over a base that is itself an encoding opened lazily")
  class Chain {
    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"F64", "F32", "BF16", "I32", "U8"})
    @DisplayName("decodes every link where the one before it was")
    void links(String dtype) {
      Tensor first = random(DType.named(dtype), 600_000, 6);
      Tensor dense = stepped(first);
      Tensor sparse = flipped(dense, 8, 300_000);
      Tensor next = stepped(sparse);
      TensorSource lazy = first;
      List<ChunkMode> modes = new ArrayList<>();
      for (Tensor link : List.of(first, dense, sparse, sparse, next)) {
        Encoded encoded =
            TensorCodec.of(Effort.BALANCED).encode(link, modes.isEmpty() ? null : lazy);
        modes.addAll(encoded.stats().chunks().keySet());
        lazy = TensorCodec.open(ByteSource.of(encoded.bytes()), lazy);
        assertThat(Tensor.copyOf(lazy)).isEqualTo(link);
      }
      assertThat(modes).contains(ChunkMode.DELTA, ChunkMode.SPARSE, ChunkMode.BASE);
    }

    /** Changes the lowest two bits of many elements, so that differences are small. */
    static Tensor stepped(Tensor tensor) {
      Random random = new Random(7);
      byte[] data = new byte[(int) tensor.byteLength()];
      tensor.data().get(data);
      for (int i = 0; i < data.length; i += tensor.dtype().bytes()) {
        data[i] ^= (byte) random.nextInt(4);
      }
      return Tensor.of(tensor.dtype(), tensor.shape(), ByteBuffer.wrap(data));
    }
  }

  @Nested
  @DisplayName("refuses")
  class Refusals {
    private final Tensor base = random(DType.F32, 4000, 6);
    private final Tensor target = flipped(base, 8, 9, 10, 11, 12);

    @Test
    @DisplayName("a base of another dtype or shape, in one sentence that says both")
    void otherForm() {
      assertThatThrownBy(
              () -> TensorCodec.of(Effort.FAST).encode(target, random(DType.F16, 4000, 6)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("F32 1000")
          .hasMessageContaining("F16 2000");
      assertThatThrownBy(
              () -> TensorCodec.of(Effort.FAST).encode(target, random(DType.F32, 400, 6)))
          .isInstanceOf(InvalidInputException.class);
    }

    @Test
    @DisplayName("to decode against no base or a wrong one")
    void wrongBase() {
      Encoded encoded = TensorCodec.of(Effort.FAST).encode(base, base);
      assertThatThrownBy(() -> TensorCodec.decode(encoded, null))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(base.id().toString());
      assertThatThrownBy(() -> TensorCodec.decode(encoded, target))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining(base.id().toString())
          .hasMessageContaining(target.id().toString());
    }

    @Test
    @DisplayName("to decode against a base of another dtype or shape, and says which it needs")
    void otherFormOfBase() {
      Encoded encoded = TensorCodec.of(Effort.FAST).encode(target, base);
      for (Tensor other :
          List.of(
              Tensor.of(DType.I32, base.shape(), base.data()),
              Tensor.of(DType.F32, Shape.of(10, 100), base.data()))) {
        assertThatThrownBy(() -> TensorCodec.decode(encoded, other))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("F32 1000")
            .hasMessageContaining(other.dtype() + " " + other.shape())
            .hasMessageContaining(base.id().toString())
            .hasMessageContaining("decode");
      }
    }

    @Test
    @DisplayName("fewer than one thread")
    void noThreads() {
      assertThatThrownBy(() -> TensorCodec.of(Effort.FAST).withThreads(0))
          .isInstanceOf(InvalidInputException.class);
    }

    @Test
    @DisplayName("to hide that a channel failed")
    void channelFails() {
      WritableByteChannel full =
          new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) throws IOException {
              throw new IOException("No space left on device");
            }

            @Override
            public boolean isOpen() {
              return true;
            }

            @Override
            public void close() {
              // Nothing to close.
            }
          };
      assertThatThrownBy(() -> TensorCodec.of(Effort.FAST).encode(target, null, full))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("No space left");
    }

    @Test
    @DisplayName("to go on when a source fails in one of several threads")
    void sourceFails() {
      TensorSource broken =
          new TensorSource() {
            @Override
            public DType dtype() {
              return DType.U8;
            }

            @Override
            public Shape shape() {
              return Shape.of(10_000_000);
            }

            @Override
            public long byteLength() {
              return 10_000_000;
            }

            @Override
            public void read(long position, ByteBuffer into) {
              if (position > 4_000_000) {
                throw new CorruptDataException("leaf 4 is damaged");
              }
              into.position(into.limit());
            }
          };
      assertThatThrownBy(() -> TensorCodec.of(Effort.FAST).withThreads(4).encode(broken, null))
          .isInstanceOf(CorruptDataException.class)
          .hasMessage("leaf 4 is damaged");
    }
  }
}
