package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("An HDF5 file as h5py writes it")
class Hdf5Test {

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  @DisplayName("is read: groups to dotted names, half floats, chunks, either byte order")
  void keras() {
    String layer = "model_weights.dense.dense.";
    try (TensorFile file = Hdf5.open(HostileFiles.named("samples", "keras.h5"))) {
      assertThat(file.names())
          .containsExactlyInAnyOrder(
              layer + "kernel:0",
              layer + "bias:0",
              layer + "packed",
              "big_endian",
              "flags",
              "scalar");
      assertThat(file.metadata()).containsEntry("backend", "tensorflow");
      assertThat(Tensor.copyOf(file.tensor(layer + "kernel:0")))
          .isEqualTo(Tensor.of(new float[] {-3, -2, -1, 0, 1, 2}, 2, 3));
      assertThat(Tensor.copyOf(file.tensor(layer + "bias:0")))
          .isEqualTo(
              Tensor.of(
                  DType.F16,
                  Shape.of(3),
                  bytes(6)
                      .putShort((short) 0xC200)
                      .putShort((short) 0xC000)
                      .putShort((short) 0xBC00)
                      .flip()));
      assertThat(Tensor.copyOf(file.tensor(layer + "packed")))
          .isEqualTo(Tensor.of(IntStream.range(-3, 61).toArray(), 64));
      assertThat(Tensor.copyOf(file.tensor("big_endian")))
          .isEqualTo(Tensor.of(new double[] {-3, -2, -1}, 3));
      assertThat(Tensor.copyOf(file.tensor("flags")).data())
          .isEqualTo(ByteBuffer.wrap(new byte[] {1, 0, (byte) 255}));
      assertThat(Tensor.copyOf(file.tensor("scalar")))
          .isEqualTo(Tensor.of(DType.F64, Shape.scalar(), bytes(8).putDouble(2.5).flip()));
    }
  }

  @Test
  @DisplayName("in its newest form is read too")
  void latest() {
    try (TensorFile file = Hdf5.open(HostileFiles.named("samples", "latest.h5"))) {
      assertThat(file.names()).containsExactlyInAnyOrder("a.b.weight", "a.step");
      assertThat(Tensor.copyOf(file.tensor("a.b.weight")))
          .isEqualTo(Tensor.of(new float[] {-3, -2, -1, 0, 1, 2}, 2, 3));
    }
  }

  @Test
  @DisplayName("in chunks that do not divide its extents is put together")
  void raggedChunks() {
    try (TensorFile file = Hdf5.open(HostileFiles.named("samples", "ragged.h5"))) {
      float[] ramp = new float[5 * 7];
      for (int i = 0; i < ramp.length; i++) {
        ramp[i] = i - 3;
      }
      assertThat(Tensor.copyOf(file.tensor("chunked"))).isEqualTo(Tensor.of(ramp, 5, 7));
      assertThat(Tensor.copyOf(file.tensor("truth")))
          .isEqualTo(Tensor.of(DType.BOOL, Shape.of(2), ByteBuffer.wrap(new byte[] {1, 0})));
      assertThat(file.tensor("empty").shape()).isEqualTo(Shape.of(0, 3));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          group-in-itself         | CORRUPT     | nested deeper than 32 or contain themselves
          link-soft               | UNSUPPORTED | has the link "w", and links are not followed
          link-external           | UNSUPPORTED | has the link "w", and links are not followed
          dataset-of-texts        | UNSUPPORTED | has the dataset "w", which is not of numbers
          dataset-of-records      | UNSUPPORTED | has the dataset "w", which is not of numbers
          dataset-never-written   | UNSUPPORTED | has the dataset "w", which was never written
          dataset-cut-short       | CORRUPT     | is not a readable HDF5 file
          groups-nested-40-deep   | CORRUPT     | nested deeper than 32 or contain themselves
          floats-no-model-uses    | UNSUPPORTED | has the dataset "w", which is of floats that no model uses
          integers-of-12-bits     | UNSUPPORTED | has the dataset "w", which is of integers that no model uses
          chunks-claim-more-than-deflate-reaches | CORRUPT | claims more elements than the file can hold
          name-twice              | CORRUPT     | two datasets are called "a.b"
          signature-wrong         | CORRUPT     | is not a readable HDF5 file
          header-claims-two-gigabytes | CORRUPT | is not a readable HDF5 file
          """)
  @DisplayName("and hostile is refused in one sentence that names it and the rule")
  void refused(String file, HostileFiles.Refusal refusal, String rule) {
    HostileFiles.assertRefused(
        HostileFiles.named("hostile-h5", file + ".h5"), Hdf5::open, refusal, rule);
  }

  @Test
  @DisplayName("and hostile: the list above names every file of the folder")
  void complete() {
    HostileFiles.assertAllTried(getClass(), "hostile-h5", ".h5");
  }

  @Test
  @DisplayName("that does not exist, or is no HDF5 at all, is one sentence")
  void absent(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Hdf5.open(folder.resolve("m.h5")))
        .isInstanceOf(NotFoundException.class);
    Path text = Files.writeString(folder.resolve("text.h5"), "hello");
    assertThatThrownBy(() -> Hdf5.open(text))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("text.h5 is not a readable HDF5 file");
  }
}
