package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A file of unknown format")
class TensorFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "f4.npy, 1",
    "stored.npz, 2",
    "deflated.npz, 2",
    "checkpoint.pt, 5",
    "keras.h5, 6",
    "latest.h5, 2"
  })
  @DisplayName("is recognised by what it begins with, whatever it is called")
  void recognised(String sample, int tensors) throws IOException {
    Path renamed = folder.resolve("renamed");
    Files.copy(HostileFiles.named("samples", sample), renamed);
    try (TensorFile file = TensorFiles.open(renamed)) {
      assertThat(file.names()).hasSize(tensors);
    }
  }

  @Test
  @DisplayName("is recognised as safetensors by its brace, as shards by its name")
  void safetensors() {
    Map<String, Tensor> one = Map.of("w", Tensor.of(new float[] {1}));
    Path renamed = folder.resolve("renamed");
    Safetensors.write(renamed, one, Map.of());
    Path index = folder.resolve("m.safetensors.index.json");
    ShardedSafetensors.write(index, one, Map.of(), 4);
    for (Path path : new Path[] {renamed, index}) {
      try (TensorFile file = TensorFiles.open(path)) {
        assertThat(file.names()).containsExactly("w");
      }
    }
  }

  @Test
  @DisplayName("or damaged, or absent, is one sentence")
  void refused() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello, this is no model");
    assertThatThrownBy(() -> TensorFiles.open(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("notes.txt is in no format that is read here");
    Path empty = Files.writeString(folder.resolve("m.safetensors"), "");
    assertThatThrownBy(() -> TensorFiles.open(empty)).isInstanceOf(CorruptDataException.class);
    assertThatThrownBy(() -> TensorFiles.open(folder.resolve("absent.npz")))
        .isInstanceOf(NotFoundException.class);
  }
}
