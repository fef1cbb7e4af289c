package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of docs/formats.md are what the code does, or this fails and prints what it does. */
@DisplayName("The documentation of the formats")
class FormatsTableTest {
  private static final Path DOCUMENT = Path.of("docs", "formats.md");
  private static final Pattern CLASS = Pattern.compile("^[|] [^|]* [|] `(\\w+)` [|]");

  @TempDir Path folder;

  @Test
  @DisplayName("says of every dtype where it can be written")
  void dtypes() throws IOException {
    List<String> expected = DType.known().stream().map(this::row).toList();
    assertThat(Files.readAllLines(DOCUMENT)).containsSubsequence(expected);
  }

  private String row(DType dtype) {
    // Eight elements fill whole bytes in every dtype.
    Tensor tensor = Tensor.of(dtype, Shape.of(8), ByteBuffer.allocate(dtype.bits()));
    return "| "
        + dtype
        + " | "
        + written("safetensors", tensor)
        + " | "
        + written("npz", tensor)
        + " | "
        + written("h5", tensor)
        + " |";
  }

  private String written(String suffix, Tensor tensor) {
    if (isWritten(suffix, tensor, WriteOptions.defaults())) {
      return "yes";
    }
    WriteOptions bits = WriteOptions.defaults().withFloatBits(true);
    return isWritten(suffix, tensor, bits) ? "bits" : "no";
  }

  private boolean isWritten(String suffix, Tensor tensor, WriteOptions options) {
    Path path = folder.resolve("one." + suffix);
    try {
      TensorFiles.write(path, Map.of("w", tensor), Map.of(), options);
    } catch (InvalidInputException refused) {
      return false;
    }
    try (TensorFile file = TensorFiles.open(path)) {
      assertThat(Tensor.copyOf(file.tensor("w")).data()).isEqualTo(tensor.data());
    }
    return true;
  }

  @Test
  @DisplayName("lists every class that reads a format")
  void classes() throws IOException {
    List<String> listed =
        Files.readAllLines(DOCUMENT).stream()
            .map(CLASS::matcher)
            .filter(Matcher::find)
            .map(matcher -> matcher.group(1))
            .toList();
    assertThat(listed)
        .containsExactlyInAnyOrder(
            Safetensors.class.getSimpleName(),
            ShardedSafetensors.class.getSimpleName(),
            Npy.class.getSimpleName(),
            Npz.class.getSimpleName(),
            Onnx.class.getSimpleName(),
            Hdf5.class.getSimpleName(),
            PyTorch.class.getSimpleName());
  }
}
