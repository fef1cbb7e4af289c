package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("integrity")
@DisplayName("A safetensors file")
class SafetensorsTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("model.safetensors");
  }

  private static Tensor bytes(DType dtype, Shape shape, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 37 + 11);
    }
    return Tensor.of(dtype, shape, ByteBuffer.wrap(bytes));
  }

  private Tensor readBack(String name) {
    try (TensorFile file = Safetensors.open(file())) {
      return Tensor.copyOf(file.tensor(name));
    }
  }

  @Nested
  @DisplayName("as others write it")
  class Written {
    @Test
    @DisplayName("is read: names in header order, dtype, shape, bytes, metadata")
    void golden() {
      String header =
          "{\"__metadata__\":{\"format\":\"pt\"},"
              + "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[4,7]},"
              + "\"a\":{\"data_offsets\":[0,4],\"shape\":[],\"dtype\":\"F32\"}}  ";
      byte[] text = header.getBytes(StandardCharsets.UTF_8);
      ByteBuffer file = ByteBuffer.allocate(8 + text.length + 7);
      file.put((byte) text.length).position(8).put(text);
      file.put(new byte[] {0, 0, (byte) 0x80, 0x3f, 7, 8, 9}).clear();
      try (TensorFile open = Safetensors.open(ByteSource.of(file))) {
        assertThat(open.names()).containsExactly("b", "a");
        assertThat(open.metadata()).containsExactly(Map.entry("format", "pt"));
        assertThat(Tensor.copyOf(open.tensor("a"))).isEqualTo(scalarOne());
        assertThat(Tensor.copyOf(open.tensor("b")))
            .isEqualTo(Tensor.of(DType.U8, Shape.of(3), ByteBuffer.wrap(new byte[] {7, 8, 9})));
      }
    }

    private Tensor scalarOne() {
      return Tensor.of(
          DType.F32, Shape.scalar(), ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f}));
    }
  }

  @Nested
  @DisplayName("written here")
  class Own {
    static Stream<DType> dtypes() {
      return DType.known().stream();
    }

    @ParameterizedTest
    @MethodSource("dtypes")
    @DisplayName("keeps every dtype bit for bit")
    void everyDtype(DType dtype) {
      Tensor tensor = bytes(dtype, Shape.of(2, 3, 4), 24 * dtype.bits() / 8);
      Safetensors.write(file(), Map.of("t", tensor), Map.of());
      assertThat(readBack("t")).isEqualTo(tensor);
    }

    @Test
    @DisplayName("keeps scalars, empty tensors and dtypes nobody knows yet")
    void oddOnes() {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("opaque", bytes(DType.named("Q3_FUTURE"), Shape.of(7), 5));
      tensors.put("empty", bytes(DType.F64, Shape.of(0, 4), 0));
      tensors.put("scalar", bytes(DType.I64, Shape.scalar(), 8));
      tensors.put("", bytes(DType.U8, Shape.of(1, 1, 1, 1, 3), 3));
      Safetensors.write(file(), tensors, Map.of());
      try (TensorFile file = Safetensors.open(file())) {
        assertThat(file.names()).containsExactlyElementsOf(tensors.keySet());
        tensors.forEach(
            (name, tensor) -> assertThat(Tensor.copyOf(file.tensor(name))).isEqualTo(tensor));
      }
    }

    @Test
    @DisplayName("aligns its data, so that it can be mapped")
    void aligned() throws IOException {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("odd", bytes(DType.U8, Shape.of(3), 3));
      tensors.put("double", bytes(DType.F64, Shape.of(1), 8));
      Safetensors.write(file(), tensors, Map.of("ä", "\u0000\"\\\n漢𝄞"));
      ByteBuffer raw = ByteBuffer.wrap(Files.readAllBytes(file()));
      long headerLength = Long.reverseBytes(raw.getLong());
      assertThat(headerLength % 8).isZero();
      assertThat(raw.slice((int) (8 + headerLength), 8)).isEqualTo(tensors.get("double").data());
      try (TensorFile file = Safetensors.open(file())) {
        assertThat(file.metadata()).containsExactly(Map.entry("ä", "\u0000\"\\\n漢𝄞"));
      }
    }

    @Test
    @DisplayName("can be rewritten from itself")
    void ontoItself() {
      Tensor tensor = bytes(DType.F32, Shape.of(300, 1000), 1_200_000);
      Safetensors.write(file(), Map.of("t", tensor), Map.of("k", "v"));
      try (TensorFile file = Safetensors.open(file())) {
        Safetensors.write(file(), file.tensors(), file.metadata());
      }
      assertThat(readBack("t")).isEqualTo(tensor);
    }
  }

  @Nested
  @DisplayName("that cannot be written")
  class NotWritten {
    @Test
    @DisplayName("leaves the old file as it was and nothing beside it")
    void oldFileStays() throws IOException {
      Safetensors.write(file(), Map.of("t", bytes(DType.U8, Shape.of(3), 3)), Map.of());
      byte[] before = Files.readAllBytes(file());
      TensorSource failing =
          new TensorSource() {
            @Override
            public DType dtype() {
              return DType.U8;
            }

            @Override
            public Shape shape() {
              return Shape.of(3 << 20);
            }

            @Override
            public long byteLength() {
              return 3 << 20;
            }

            @Override
            public void read(long position, ByteBuffer into) {
              if (position > 0) {
                throw new StorageException("The source failed.");
              }
              into.position(into.limit());
            }
          };
      assertThatThrownBy(() -> Safetensors.write(file(), Map.of("t", failing), Map.of()))
          .isInstanceOf(StorageException.class)
          .hasMessage("The source failed.");
      assertThat(Files.readAllBytes(file())).isEqualTo(before);
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).containsExactly(file());
      }
    }

    @Test
    @DisplayName("says so: reserved name, half a surrogate pair, no such folder, a folder")
    void sentences() {
      Map<String, Tensor> one = Map.of("t", bytes(DType.U8, Shape.of(1), 1));
      assertThatThrownBy(
              () -> Safetensors.write(file(), Map.of("__metadata__", one.get("t")), Map.of()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("rename it");
      assertThatThrownBy(() -> Safetensors.write(file(), Map.of("\ud800", one.get("t")), Map.of()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("surrogate");
      assertThatThrownBy(() -> Safetensors.write(file(), one, Map.of("k", "\udc00")))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> Safetensors.write(folder.resolve("no/m.safetensors"), one, Map.of()))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("create it first");
      assertThatThrownBy(() -> Safetensors.write(folder, one, Map.of()))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("is a folder");
    }
  }

  @Nested
  @DisplayName("that is open")
  class Open {
    @Test
    @DisplayName("is read by many threads at once, also while one of them is interrupted")
    void threads() throws Exception {
      Tensor tensor = bytes(DType.F32, Shape.of(1 << 18), 1 << 20);
      Safetensors.write(file(), Map.of("t", tensor), Map.of());
      try (TensorFile file = Safetensors.open(file())) {
        TensorSource source = file.tensor("t");
        FutureTask<Boolean> interrupted =
            new FutureTask<>(
                () -> {
                  Thread.currentThread().interrupt();
                  assertThatThrownBy(() -> source.read(0, ByteBuffer.allocate(64)))
                      .isInstanceOf(StorageException.class)
                      .hasMessageContaining("interrupted");
                  return true;
                });
        new Thread(interrupted).start();
        List<Tensor> copies =
            IntStream.range(0, 16).parallel().mapToObj(i -> Tensor.copyOf(source)).toList();
        assertThat(interrupted.get()).isTrue();
        assertThat(copies).allMatch(tensor::equals);
        assertThat(Tensor.copyOf(source)).isEqualTo(tensor);
      }
    }

    @Test
    @DisplayName("refuses unknown names, ranges outside a tensor, and reading after close")
    void refusals() {
      Safetensors.write(
          file(),
          Map.of(
              "t", bytes(DType.U8, Shape.of(4), 4),
              "u", bytes(DType.U8, Shape.of(4), 4)),
          Map.of());
      TensorFile file = Safetensors.open(file());
      TensorSource tensor = file.tensor("t");
      assertThatThrownBy(() -> file.tensor("nope\u001b"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("\"nope\\u001b\"");
      assertThatThrownBy(() -> tensor.read(1, ByteBuffer.allocate(4)))
          .isInstanceOf(IndexOutOfBoundsException.class);
      file.close();
      file.close();
      assertThatThrownBy(() -> tensor.read(0, ByteBuffer.allocate(4)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("has been closed");
    }

    @Test
    @DisplayName("does not exist, or is a folder: one sentence")
    void absent() {
      assertThatThrownBy(() -> Safetensors.open(file()))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("check the path");
      assertThatThrownBy(() -> Safetensors.open(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("is a folder");
    }
  }
}
