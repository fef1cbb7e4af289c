package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A writer")
class WritersTest {
  private static final Tensor ONE = Tensor.of(new float[] {1});
  private static final WriteOptions DEFAULTS = WriteOptions.defaults();

  @TempDir Path folder;

  private void assertRefused(String file, Map<String, Tensor> tensors, String rule)
      throws IOException {
    assertThatThrownBy(() -> TensorFiles.write(folder.resolve(file), tensors, Map.of(), DEFAULTS))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(rule)
        .message()
        .doesNotContain("\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing is left behind").isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a..b  | has a part that HDF5 cannot name
          a/b   | has a part that HDF5 cannot name
          ''    | has a part that HDF5 cannot name
          x.y.z | would be a dataset and a group of one name in HDF5
          x     | would be a dataset and a group of one name in HDF5
          """)
  @DisplayName("of HDF5 refuses names that cannot be those of groups and datasets")
  void names(String name, String rule) throws IOException {
    Map<String, Tensor> tensors = new java.util.TreeMap<>(Map.of("x.y", ONE));
    tensors.put(name, ONE);
    assertRefused("out.h5", tensors, rule);
  }

  @ParameterizedTest
  @CsvSource({"out.h5,F8_E4M3", "out.h5,C64", "out.npz,BF16", "out.npz,F8_E5M2", "out.npy,BF16"})
  @DisplayName("refuses a type its format does not have, rather than change it")
  void types(String file, String type) throws IOException {
    DType dtype = DType.named(type);
    Tensor tensor = Tensor.of(dtype, Shape.of(1), ByteBuffer.allocate(dtype.bytes()));
    assertRefused(file, Map.of("w", tensor), dtype.name());
  }

  @Test
  @DisplayName("refuses what its format has no place for")
  void places() throws IOException {
    assertRefused("out.npy", Map.of("a", ONE, "b", ONE), "holds one tensor, not 2");
    assertRefused("out.npz", Map.of("../a", ONE), "cannot be that of a member of an archive");
    assertRefused("out.pt", Map.of("a", ONE), "does not say a format that is written here");
    assertRefused("out.onnx", Map.of("a", ONE), "An ONNX file is a program, not weights alone");
    Tensor deep = Tensor.of(DType.U8, Shape.of(new long[33]), ByteBuffer.allocate(0));
    assertRefused("out.h5", Map.of("a", deep), "has 33 dimensions and HDF5 allows 32");
    assertThatThrownBy(
            () -> Hdf5.write(folder.resolve("m.h5"), Map.of(), Map.of("k", "v".repeat(70_000))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot be an attribute of HDF5");
  }

  @Test
  @DisplayName("of npz makes the same bytes of the same arrays, whenever it is called")
  void reproducible() throws IOException {
    Npz.write(folder.resolve("a.npz"), Map.of("w", ONE));
    Npz.write(folder.resolve("b.npz"), Map.of("w", ONE));
    assertThat(folder.resolve("a.npz")).hasSameBinaryContentAs(folder.resolve("b.npz"));
  }

  @Test
  @DisplayName("of ONNX takes data from beside the model into the copy, and refuses other graphs")
  void onnx() throws IOException {
    ProtoBytes location = new ProtoBytes().text(1, "location").text(2, "w.bin");
    ProtoBytes initializer =
        new ProtoBytes()
            .integer(1, 1)
            .integer(2, 1)
            .text(8, "w")
            .message(13, location)
            .integer(14, 1);
    Path model = folder.resolve("model.onnx");
    Files.write(
        model, new ProtoBytes().message(7, new ProtoBytes().message(5, initializer)).toBytes());
    Files.write(folder.resolve("w.bin"), new byte[] {0, 0, (byte) 0x80, 0x3f});
    Path copy = folder.resolve("copy.onnx");
    Onnx.write(copy, model, Map.of());
    Files.delete(folder.resolve("w.bin"));
    try (TensorFile file = Onnx.open(copy)) {
      assertThat(Tensor.copyOf(file.tensor("w"))).isEqualTo(ONE);
    }
    for (Map<String, Tensor> other :
        List.of(
            Map.of("w", Tensor.of(new float[] {1, 2})), Map.of("w", Tensor.of(new int[] {1})))) {
      assertThatThrownBy(() -> Onnx.write(copy, copy, other))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("its graph needs what it has");
    }
    assertThatThrownBy(() -> Onnx.write(copy, copy, Map.of("v", ONE)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("has no initialiser \"v\" (tensors it cannot take: 1); write");
  }
}
