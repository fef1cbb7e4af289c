package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.coralml.CoralException;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Allocation is counted and not timed: it is the same on every machine, and what loops allocates.
 */
@DisplayName("A hostile file of any format")
class HostileBoundsTest {
  /** What a reader may allocate beside a few times what the file holds; a class's loading, too. */
  private static final long ALLOWED_BYTES = 16 << 20;

  private static final int HANGS_SECONDS = 120;

  private static final Map<String, Function<Path, TensorFile>> READERS =
      Map.of(
          "hostile-safetensors", Safetensors::open,
          "hostile-sharded", ShardedSafetensors::open,
          "hostile-npy", Npy::open,
          "hostile-npz", Npz::open,
          "hostile-onnx", Onnx::open,
          "hostile-h5", Hdf5::open,
          "hostile-pt", PyTorch::open);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hostile-safetensors",
        "hostile-sharded",
        "hostile-npy",
        "hostile-npz",
        "hostile-onnx",
        "hostile-h5",
        "hostile-pt"
      })
  @Timeout(HANGS_SECONDS)
  @DisplayName("takes no more memory than a few times its own size, whatever it claims")
  void bounded(String folder) throws IOException {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (Path file : files(folder)) {
      long before = thread.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> read(READERS.get(folder).apply(file)))
          .as("%s", file)
          .isInstanceOf(CoralException.class);
      assertThat(thread.getCurrentThreadAllocatedBytes() - before)
          .as("%s", file)
          .isLessThan(ALLOWED_BYTES + 16 * Files.size(file));
    }
  }

  private static void read(TensorFile opened) {
    try (opened) {
      for (TensorSource tensor : opened.tensors().values()) {
        tensor.read(0, ByteBuffer.allocate((int) Math.min(4096, tensor.byteLength())));
      }
    }
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(HostileFiles.named(folder, ""))) {
      return files.filter(file -> !file.endsWith("one.safetensors")).sorted().toList();
    }
  }

  @Test
  @DisplayName("lies in a folder that is tried here")
  void complete() throws IOException {
    try (Stream<Path> folders = Files.list(HostileFiles.named("samples", "..").normalize())) {
      assertThat(
              folders
                  .map(folder -> folder.getFileName().toString())
                  .filter(folder -> folder.startsWith("hostile-")))
          .containsExactlyInAnyOrderElementsOf(READERS.keySet());
    }
  }
}
