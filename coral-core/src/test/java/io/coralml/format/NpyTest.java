package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("integrity")
@DisplayName("An npy file")
class NpyTest {
  @TempDir Path folder;

  static Stream<DType> numpyTypes() {
    return Stream.concat(
        DType.known().stream()
            .filter(type -> type.isByteAligned() && !type.equals(DType.BF16))
            .filter(type -> type.kind() != DType.Kind.FLOAT || type.bits() >= 16),
        Stream.of(DType.named("C128")));
  }

  private static Tensor ramp(DType dtype) {
    int width = dtype.isSized() ? dtype.bytes() : 16;
    byte[] bytes = new byte[6 * width];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 41 + 7);
    }
    return Tensor.of(dtype, Shape.of(2, 3), ByteBuffer.wrap(bytes));
  }

  private Tensor readBack(Path path) {
    try (TensorFile file = Npy.open(path)) {
      return Tensor.copyOf(file.tensor("w"));
    }
  }

  @ParameterizedTest
  @MethodSource("numpyTypes")
  @DisplayName("keeps every type that NumPy has, bit for bit")
  void roundTrip(DType dtype) {
    Path path = folder.resolve("w.npy");
    Npy.write(path, ramp(dtype));
    assertThat(readBack(path)).isEqualTo(ramp(dtype));
  }

  @Test
  @DisplayName("refuses bfloat16, and holds its bits on request")
  void bfloat16() {
    Path path = folder.resolve("w.npy");
    assertThatThrownBy(() -> Npy.write(path, ramp(DType.BF16)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("NumPy has no type BF16");
    assertThat(path).doesNotExist();
    Npy.writeBits(path, ramp(DType.BF16));
    assertThat(readBack(path).dtype()).isEqualTo(DType.U16);
    assertThat(readBack(path).data()).isEqualTo(ramp(DType.BF16).data());
    Npy.writeBits(path, ramp(DType.F32));
    assertThat(readBack(path)).isEqualTo(ramp(DType.F32));
  }

  @Test
  @DisplayName("that was written here is read by NumPy, when it is installed")
  void numpyReadsIt() throws IOException, InterruptedException {
    Path path = folder.resolve("w.npy");
    Npy.write(path, Tensor.of(new float[] {1, -2, 0.5f, 3, 4, 5}, 2, 3));
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "there is no " + python);
    Process process =
        new ProcessBuilder(
                python.toString(),
                "-c",
                """
                import sys
                try:
                    import numpy
                except ImportError:
                    sys.exit(77)
                array = numpy.load(sys.argv[1], allow_pickle=False)
                print(array.dtype.str, array.tolist())
                """,
                path.toString())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assumeTrue(process.exitValue() != 77, "NumPy is not installed");
    assertThat(output).isEqualTo("<f4 [[1.0, -2.0, 0.5], [3.0, 4.0, 5.0]]");
  }
}
