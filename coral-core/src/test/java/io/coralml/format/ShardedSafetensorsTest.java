package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A sharded model")
class ShardedSafetensorsTest {
  @TempDir Path folder;

  private Path index() {
    return folder.resolve("model.safetensors.index.json");
  }

  private static Map<String, Tensor> model() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 5; i++) {
      tensors.put("layer." + i, Tensor.of(new float[] {i, -i, 0.5f}));
    }
    tensors.put("large", Tensor.of(new float[100]));
    return tensors;
  }

  @Test
  @DisplayName("is read back whole, in order, from files of the size asked for")
  void roundTrip() throws IOException {
    ShardedSafetensors.write(index(), model(), Map.of("note", "ä"), 30);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors.index.json",
              "model-00001-of-00004.safetensors",
              "model-00002-of-00004.safetensors",
              "model-00003-of-00004.safetensors",
              "model-00004-of-00004.safetensors");
    }
    try (TensorFile file = ShardedSafetensors.open(index())) {
      assertThat(file.names()).containsExactlyElementsOf(model().keySet());
      assertThat(file.metadata()).containsEntry("note", "ä");
      model()
          .forEach(
              (name, tensor) -> assertThat(Tensor.copyOf(file.tensor(name))).isEqualTo(tensor));
    }
  }

  @Test
  @DisplayName("of nothing is a model all the same")
  void empty() {
    ShardedSafetensors.write(index(), Map.of(), Map.of(), 1);
    try (TensorFile file = ShardedSafetensors.open(index())) {
      assertThat(file.names()).isEmpty();
    }
  }

  @Test
  @DisplayName("with a file missing, or an index of another name, is one sentence")
  void missing() throws IOException {
    ShardedSafetensors.write(index(), model(), Map.of(), 30);
    Files.delete(folder.resolve("model-00002-of-00004.safetensors"));
    assertThatThrownBy(() -> ShardedSafetensors.open(index()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("model-00002-of-00004.safetensors");
    assertThatThrownBy(
            () -> ShardedSafetensors.write(folder.resolve("x.json"), model(), Map.of(), 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(".safetensors.index.json");
  }
}
