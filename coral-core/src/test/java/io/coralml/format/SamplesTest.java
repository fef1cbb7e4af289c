package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in the folder samples were written by make_samples.py, which lies beside them. */
@Tag("integrity")
@DisplayName("What other programs wrote is read:")
class SamplesTest {
  private static Path sample(String name) {
    return HostileFiles.named("samples", name);
  }

  private static Tensor array(String name) {
    try (TensorFile file = Npy.open(sample(name + ".npy"))) {
      assertThat(file.names()).containsExactly(name);
      return Tensor.copyOf(file.tensor(name));
    }
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Tensor floats(long... dims) {
    Shape shape = Shape.of(dims);
    float[] ramp = new float[(int) shape.elements()];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i - 3;
    }
    return Tensor.of(ramp, dims);
  }

  @Nested
  @DisplayName("npy")
  class Arrays {
    @Test
    @DisplayName("row-major floats")
    void rowMajor() {
      assertThat(array("f4")).isEqualTo(floats(2, 3));
    }

    @Test
    @DisplayName("column-major arrays, put in row-major order")
    void columnMajor() {
      assertThat(array("f8_fortran"))
          .isEqualTo(Tensor.of(new double[] {-3, -2, -1, 0, 1, 2}, 2, 3));
      ByteBuffer halves = bytes(48);
      short[] bits = {(short) 0xC200, (short) 0xC000, (short) 0xBC00, 0, 0x3C00, 0x4000};
      for (short half : bits) {
        halves.putShort(half);
      }
      Tensor tensor = array("f2_fortran_3d");
      assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4));
      assertThat(tensor.data().slice(0, 12)).isEqualTo(halves.flip());
    }

    @Test
    @DisplayName("big-endian integers and complex numbers, put in little-endian order")
    void bigEndian() {
      ByteBuffer integers = bytes(10);
      for (int i = -3; i < 2; i++) {
        integers.putShort((short) i);
      }
      assertThat(array("i2_big_endian"))
          .isEqualTo(Tensor.of(DType.I16, Shape.of(5), integers.flip()));
      ByteBuffer complex = bytes(24);
      for (int i = -3; i < 0; i++) {
        complex.putFloat(i).putFloat(i);
      }
      assertThat(array("c8_big_endian"))
          .isEqualTo(Tensor.of(DType.C64, Shape.of(3), complex.flip()));
    }

    @Test
    @DisplayName("truth values, a scalar, an empty array, version 2.0")
    void others() {
      assertThat(array("bool"))
          .isEqualTo(Tensor.of(DType.BOOL, Shape.of(2), ByteBuffer.wrap(new byte[] {1, 0})));
      assertThat(array("scalar"))
          .isEqualTo(Tensor.of(DType.F32, Shape.scalar(), bytes(4).putFloat(1.5f).flip()));
      assertThat(array("empty"))
          .isEqualTo(Tensor.of(DType.F64, Shape.of(0, 4), ByteBuffer.allocate(0)));
      assertThat(array("version2"))
          .isEqualTo(
              Tensor.of(
                  DType.U32,
                  Shape.of(4),
                  bytes(16).putInt(-3).putInt(-2).putInt(-1).putInt(0).flip()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f8_fortran", "i2_big_endian", "c8_big_endian"})
    @DisplayName("any range of a reordered array")
    void ranges(String name) {
      Tensor whole = array(name);
      try (TensorFile file = Npy.open(sample(name + ".npy"))) {
        for (int from = 0; from < whole.byteLength(); from++) {
          ByteBuffer part = ByteBuffer.allocate((int) Math.min(3, whole.byteLength() - from));
          file.tensor(name).read(from, part);
          assertThat(part.flip()).isEqualTo(whole.data().slice(from, part.limit()));
        }
      }
    }
  }

  @Test
  @DisplayName("npz, stored and deflated")
  void archives() {
    try (TensorFile file = Npz.open(sample("stored.npz"))) {
      assertThat(file.names()).containsExactly("layer.weight", "layer.bias");
      assertThat(Tensor.copyOf(file.tensor("layer.weight"))).isEqualTo(floats(2, 3));
    }
    try (TensorFile file = Npz.open(sample("deflated.npz"))) {
      assertThat(Tensor.copyOf(file.tensor("big")))
          .isEqualTo(Tensor.of(new float[10_000], 100, 100));
      assertThat(Tensor.copyOf(file.tensor("small")))
          .isEqualTo(Tensor.of(new long[] {-3, -2, -1, 0}, 4));
    }
  }

  @Test
  @DisplayName("a PyTorch checkpoint: nested, shared storages, strides, a parameter, metadata")
  void checkpoint() {
    try (TensorFile file = PyTorch.open(sample("checkpoint.pt"))) {
      assertThat(file.names())
          .containsExactly(
              "model.fc.weight",
              "model.fc.transposed",
              "model.fc.tail",
              "model.fc.bias",
              "optimizer.state.0.step");
      assertThat(file.metadata())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("optimizer.lr", "0.001", "epoch", "7", "notes.0", "first", "notes.2", "true"));
      assertThat(Tensor.copyOf(file.tensor("model.fc.weight"))).isEqualTo(floats(2, 3));
      assertThat(Tensor.copyOf(file.tensor("model.fc.transposed")))
          .isEqualTo(Tensor.of(new float[] {-3, 0, -2, 1, -1, 2}, 3, 2));
      assertThat(Tensor.copyOf(file.tensor("model.fc.tail")))
          .isEqualTo(Tensor.of(new float[] {1, 2}));
      assertThat(Tensor.copyOf(file.tensor("model.fc.bias")))
          .isEqualTo(
              Tensor.of(
                  DType.BF16,
                  Shape.of(2),
                  bytes(4).putShort((short) 0x3F80).putShort((short) 0xC000).flip()));
      assertThat(Tensor.copyOf(file.tensor("optimizer.state.0.step")))
          .isEqualTo(Tensor.of(DType.I64, Shape.scalar(), bytes(8).putLong(1234567890123L).flip()));
    }
  }
}
