package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("security")
@DisplayName("A symbolic link")
@DisabledOnOs(OS.WINDOWS)
class SymbolicLinksTest {
  private static final Map<String, Tensor> TENSORS =
      new LinkedHashMap<>(
          Map.of("w", Tensor.of(new float[] {1, 2, 3}), "v", Tensor.of(new float[] {4, 5})));

  private static final int TURNS = 300;

  @TempDir Path folder;
  private Path cache;

  @BeforeEach
  void folders() throws IOException {
    cache = Files.createDirectory(folder.resolve("cache"));
  }

  private static Map<String, Tensor> read(Path path, Links links) {
    Map<String, Tensor> read = new LinkedHashMap<>();
    try (TensorFile file = TensorFiles.open(path, links)) {
      file.tensors().forEach((name, source) -> read.put(name, Tensor.copyOf(source)));
    }
    return read;
  }

  private static void assertRefused(Path path) {
    assertThatThrownBy(() -> TensorFiles.open(path))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("symbolic link")
        .hasMessageContaining("--follow-links");
  }

  @ParameterizedTest(name = "to a [{0}] file is refused, and followed when that is asked for")
  @ValueSource(strings = {"safetensors", "npz", "h5"})
  void file(String ending) throws IOException {
    Path real = cache.resolve("blob." + ending);
    TensorFiles.write(real, TENSORS, Map.of(), WriteOptions.defaults());
    Path link = Files.createSymbolicLink(folder.resolve("model." + ending), real);
    assertRefused(link);
    assertThat(read(link, Links.FOLLOWED)).isEqualTo(TENSORS);
    assertThat(read(real, Links.REFUSED)).isEqualTo(TENSORS);
  }

  @ParameterizedTest(name = "called [{0}] is refused whatever the name says")
  @ValueSource(strings = {"a.onnx", "a.npy", "a.pt", "a.safetensors.index.json"})
  void name(String name) throws IOException {
    Path real = Files.writeString(cache.resolve("blob"), "{}");
    assertRefused(Files.createSymbolicLink(folder.resolve(name), real));
    assertRefused(Files.createSymbolicLink(folder.resolve("dangling-" + name), cache.resolve("x")));
    assertThatThrownBy(() -> TensorFiles.open(folder.resolve("dangling-" + name), Links.FOLLOWED))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName(
      "in the place of a shard is refused; a cache of links is read when that is asked for")
  void shards() throws IOException {
    ShardedSafetensors.write(
        cache.resolve("m.safetensors.index.json"), TENSORS, Map.of(), Float.BYTES);
    Path snapshot = Files.createDirectory(folder.resolve("snapshot"));
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    try (Stream<Path> files = Files.list(cache)) {
      for (Path each : files.toList()) {
        Path blob = blobs.resolve("of " + each.getFileName());
        Files.move(each, blob);
        Files.createSymbolicLink(snapshot.resolve(each.getFileName()), blob);
      }
    }
    Path index = snapshot.resolve("m.safetensors.index.json");
    assertThat(read(index, Links.FOLLOWED)).isEqualTo(TENSORS);
    Files.copy(index.toRealPath(), index, StandardCopyOption.REPLACE_EXISTING);
    assertThat(index).isRegularFile();
    assertRefused(index);
  }

  @Test
  @DisplayName("that took the file's place after somebody looked is not opened")
  void opening() throws IOException {
    Path real = Files.writeString(cache.resolve("blob"), "secret");
    Path link = Files.createSymbolicLink(folder.resolve("link"), real);
    assertThatThrownBy(() -> FileBytes.openUnlinked(link))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("symbolic link");
    try (FileChannel channel = FileBytes.openUnlinked(real)) {
      assertThat(channel.size()).isEqualTo(6);
    }
  }

  @Test
  @DisplayName("in the place of a folder of external data is never followed, however they race")
  void race() throws Exception {
    Path inside = Files.createDirectory(folder.resolve("data"));
    Files.write(inside.resolve("w.bin"), new byte[] {1, 2, 3, 4});
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.write(outside.resolve("w.bin"), new byte[] {9, 9, 9, 9});
    Path model = folder.resolve("model.onnx");
    Files.write(model, OnnxTest.withExternal("data/w.bin", 0));
    AtomicBoolean done = new AtomicBoolean();
    Thread exchanging = new Thread(() -> exchange(inside, outside, done));
    exchanging.start();
    try {
      for (int i = 0; i < TURNS; i++) {
        try (TensorFile file = Onnx.open(model)) {
          assertThat(Tensor.copyOf(file.tensor("w")).data().get(0)).isEqualTo((byte) 1);
        } catch (CoralException e) {
          assertThat(e.getMessage()).containsAnyOf("its folder", "no file", "Cannot open");
        }
      }
    } finally {
      done.set(true);
      exchanging.join();
    }
    try (TensorFile file = Onnx.open(model)) {
      assertThat(file.tensor("w").dtype()).isEqualTo(DType.F32);
    }
  }

  /** Puts a link in the folder's place and takes it away again, over and over. */
  private void exchange(Path inside, Path outside, AtomicBoolean done) {
    Path aside = folder.resolve("real");
    try {
      while (!done.get()) {
        Files.move(inside, aside);
        Files.createSymbolicLink(inside, outside);
        Files.delete(inside);
        Files.move(aside, inside);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @DisplayName("is not waited for when it is a pipe: that is refused at once, as a folder is")
  void pipes() throws Exception {
    Path pipe = folder.resolve("pipe.safetensors");
    Process made = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assertThat(made.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(made.exitValue()).isZero();
    for (Path each : new Path[] {pipe, Path.of("/dev/null"), folder}) {
      assertThatThrownBy(() -> TensorFiles.open(each))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("not a file");
    }
  }
}
