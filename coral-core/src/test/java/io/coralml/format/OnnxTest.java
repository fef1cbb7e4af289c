package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An ONNX model")
class OnnxTest {
  private static final int FLOAT = 1;
  private static final int INT8 = 3;
  private static final int UINT32 = 12;
  private static final int FLOAT16 = 10;
  private static final int BFLOAT16 = 16;
  private static final int COMPLEX64 = 14;
  private static final int UINT4 = 21;

  private static ProtoBytes tensor(String name, int type, long... dims) {
    ProtoBytes tensor = new ProtoBytes();
    for (long dim : dims) {
      tensor.integer(1, dim);
    }
    return tensor.integer(2, type).text(8, name);
  }

  private static TensorFile open(ProtoBytes... initialisers) {
    ProtoBytes graph = new ProtoBytes().text(2, "main").message(1, new ProtoBytes().text(4, "Add"));
    for (ProtoBytes initialiser : initialisers) {
      graph.message(5, initialiser);
    }
    ProtoBytes model =
        new ProtoBytes()
            .integer(1, 8)
            .text(2, "a test")
            .message(7, graph)
            .message(14, new ProtoBytes().text(1, "author").text(2, "nobody"));
    return Onnx.open(ByteSource.of(ByteBuffer.wrap(model.toBytes())));
  }

  private static Tensor only(ProtoBytes initialiser) {
    try (TensorFile file = open(initialiser)) {
      return Tensor.copyOf(file.tensor("w"));
    }
  }

  private static Tensor expected(DType dtype, Shape shape, int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
    for (int value : bytes) {
      buffer.put((byte) value);
    }
    return Tensor.of(dtype, shape, buffer.flip());
  }

  @Test
  @DisplayName("lists its initialisers in file order, with its metadata")
  void directory() {
    try (TensorFile file = open(tensor("z", FLOAT, 0), tensor("a", FLOAT).fixed32(4, 0x3f800000))) {
      assertThat(file.names()).containsExactly("z", "a");
      assertThat(file.metadata()).containsExactly(Map.entry("author", "nobody"));
      assertThat(Tensor.copyOf(file.tensor("z"))).isEqualTo(expected(DType.F32, Shape.of(0)));
      assertThat(Tensor.copyOf(file.tensor("a")))
          .isEqualTo(expected(DType.F32, Shape.scalar(), 0, 0, 0x80, 0x3f));
      assertThatThrownBy(() -> file.tensor("b")).isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  @DisplayName("written by PyTorch's exporter layout is read: raw data and packed dims")
  void packedDims() {
    ProtoBytes tensor =
        new ProtoBytes()
            .bytes(1, new byte[] {2, 1})
            .integer(2, FLOAT)
            .bytes(9, new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
            .text(8, "w");
    assertThat(only(tensor)).isEqualTo(expected(DType.F32, Shape.of(2, 1), 1, 2, 3, 4, 5, 6, 7, 8));
  }

  @Nested
  @DisplayName("with typed data")
  class Typed {
    @Test
    @DisplayName("gives half floats as their bits")
    void halves() {
      assertThat(only(tensor("w", FLOAT16, 2).integer(5, 0x3c00).integer(5, 0xfe01)))
          .isEqualTo(expected(DType.F16, Shape.of(2), 0x00, 0x3c, 0x01, 0xfe));
      assertThat(only(tensor("w", BFLOAT16, 1).integer(5, 0xbf80)))
          .isEqualTo(expected(DType.BF16, Shape.of(1), 0x80, 0xbf));
    }

    @Test
    @DisplayName("gives negative integers, packed and unpacked mixed")
    void negatives() {
      byte[] packed = new ProtoBytes().varint(-128).varint(127).toBytes();
      assertThat(only(tensor("w", INT8, 3).integer(5, -1).bytes(5, packed)))
          .isEqualTo(expected(DType.I8, Shape.of(3), 0xff, 0x80, 0x7f));
    }

    @Test
    @DisplayName("gives pairs as complex numbers and nibbles as bytes")
    void pairsAndNibbles() {
      assertThat(only(tensor("w", COMPLEX64, 1).fixed32(4, 0x04030201).fixed32(4, 0x08070605)))
          .isEqualTo(expected(DType.C64, Shape.of(1), 1, 2, 3, 4, 5, 6, 7, 8));
      assertThat(only(tensor("w", UINT4, 3).integer(5, 0x21).integer(5, 0x03)))
          .isEqualTo(expected(DType.named("U4"), Shape.of(3), 0x21, 0x03));
    }

    @Test
    @DisplayName("is refused when a number does not fit the type")
    void misfits() {
      for (ProtoBytes misfit :
          new ProtoBytes[] {
            tensor("w", INT8, 1).integer(5, 256),
            tensor("w", INT8, 1).integer(5, -129),
            tensor("w", FLOAT16, 1).integer(5, 0x10000),
            tensor("w", UINT32, 1).integer(11, 1L << 32)
          }) {
        assertThatThrownBy(() -> only(misfit))
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining("the number");
      }
    }
  }

  @Test
  @DisplayName("beyond 2 GiB is opened by reading its directory only, and read at any position")
  void large() {
    long elements = 3L << 30;
    byte[] tensorHead = tensor("w", 2, elements).varint((9 << 3) | 2).varint(elements).toBytes();
    byte[] graphHead =
        new ProtoBytes().varint((5 << 3) | 2).varint(tensorHead.length + elements).toBytes();
    byte[] head =
        new ProtoBytes()
            .varint((7 << 3) | 2)
            .varint(graphHead.length + tensorHead.length + elements)
            .toBytes();
    ByteBuffer start =
        ByteBuffer.allocate(head.length + graphHead.length + tensorHead.length)
            .put(head)
            .put(graphHead)
            .put(tensorHead)
            .flip();
    try (TensorFile file = Onnx.open(counting(start, elements))) {
      assertThat(file.tensor("w").byteLength()).isEqualTo(elements);
      ByteBuffer last = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.tensor("w").read(elements - 8, last);
      assertThat(last.getLong(0)).isEqualTo(-1);
    }
  }

  /** Some bytes, then zeros, the last eight of which are 0xFF; nothing of it in memory. */
  private static ByteSource counting(ByteBuffer start, long zeros) {
    return new ByteSource() {
      @Override
      public long length() {
        return start.limit() + zeros;
      }

      @Override
      public void read(long position, ByteBuffer into) {
        Objects.checkFromIndexSize(position, into.remaining(), length());
        for (long at = position; into.hasRemaining(); at++) {
          boolean last = at >= length() - 8;
          into.put(at < start.limit() ? start.get((int) at) : (byte) (last ? -1 : 0));
        }
      }
    };
  }

  @Test
  @DisplayName("is read with the data that lies beside it, and not through a link that leads away")
  void external(@TempDir Path folder) throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[] {9, 9, 1, 2, 3, 4, 9});
    Path elsewhere = Files.createTempFile("elsewhere", ".bin");
    Path model = folder.resolve("model.onnx");
    try {
      Files.write(model, withExternal("weights.bin"));
      try (TensorFile file = Onnx.open(model)) {
        assertThat(Tensor.copyOf(file.tensor("w")))
            .isEqualTo(expected(DType.F32, Shape.scalar(), 1, 2, 3, 4));
      }
      assertThatThrownBy(() -> Onnx.open(ByteSource.of(ByteBuffer.wrap(withExternal("x")))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("open the model by its path");
      Files.createSymbolicLink(folder.resolve("link.bin"), elsewhere);
      Files.write(model, withExternal("link.bin"));
      assertThatThrownBy(() -> Onnx.open(model))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("does not lie in its folder");
    } finally {
      Files.delete(elsewhere);
    }
  }

  private static byte[] withExternal(String location) {
    return withExternal(location, 2);
  }

  /** Returns a model with a scalar {@code w} whose four bytes lie in another file. */
  static byte[] withExternal(String location, int offset) {
    ProtoBytes tensor =
        tensor("w", FLOAT)
            .message(13, new ProtoBytes().text(1, "location").text(2, location))
            .message(13, new ProtoBytes().text(1, "offset").text(2, Integer.toString(offset)))
            .message(13, new ProtoBytes().text(1, "length").text(2, "4"))
            .integer(14, 1);
    return new ProtoBytes().message(7, new ProtoBytes().message(5, tensor)).toBytes();
  }

  @Test
  @DisplayName("that does not exist is one sentence")
  void absent(@TempDir Path folder) {
    assertThatThrownBy(() -> Onnx.open(folder.resolve("m.onnx")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("m.onnx");
  }
}
