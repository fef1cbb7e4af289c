package io.coralml.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("security")
@DisplayName("A directory of a storage that somebody exchanges for a link")
@DisabledOnOs(OS.WINDOWS)
class DirectoriesTest {
  private static final int TURNS = 400;

  @TempDir Path folder;
  private Path root;
  private Path outside;

  @BeforeEach
  void directories() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Files.createDirectories(root.resolve("refs/heads"));
    outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("x"), "precious");
  }

  @AfterEach
  void nothingOutside() throws IOException {
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files.map(each -> each.getFileName().toString())).containsExactly("x");
    }
    assertThat(outside.resolve("x")).hasContent("precious");
  }

  private void exchange() throws IOException {
    Files.move(root.resolve("refs/heads"), folder.resolve("moved"));
    Files.createSymbolicLink(root.resolve("refs/heads"), outside);
  }

  @Test
  @DisplayName("after it was looked at stays the directory it was, for whatever is done in it")
  void between() throws IOException {
    Files.writeString(root.resolve("refs/heads/x"), "mine");
    Files.writeString(root.resolve("refs/heads/y"), "new");
    try (Directories directories = Objects.requireNonNull(Directories.over(root))) {
      boolean deleted =
          directories.use(
              "refs/heads",
              directory -> {
                exchange();
                work(directory);
                return directory.delete(Path.of("x"));
              });
      assertThat(deleted).isTrue();
      assertThat(folder.resolve("moved")).isDirectoryContaining("glob:**/created");
      assertThat(folder.resolve("moved/x")).doesNotExist();
      assertThatThrownBy(() -> directories.use("refs/heads", directory -> true))
          .isInstanceOf(IOException.class);
    }
  }

  private static void work(Directories.Held directory) throws IOException {
    directory
        .open(Path.of("created"), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
        .close();
    directory.rename(Path.of("y"), directory, Path.of("x"));
    try (FileChannel read =
        directory.open(Path.of("x"), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      assertThat(read.size()).isEqualTo("new".length());
    }
  }

  @Test
  @DisplayName("above the one that is used is noticed too")
  void above() throws IOException {
    try (Directories directories = Objects.requireNonNull(Directories.over(root))) {
      String used = directories.use("refs/heads", directory -> "used");
      assertThat(used).isEqualTo("used");
      Files.createDirectories(folder.resolve("elsewhere/heads"));
      Files.move(root.resolve("refs"), folder.resolve("moved"));
      Files.createSymbolicLink(root.resolve("refs"), folder.resolve("elsewhere"));
      assertThatThrownBy(() -> directories.use("refs/heads", directory -> true))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  @DisplayName("and back, over and over, leads no write, no rename and no deletion elsewhere")
  void race() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread exchanging = new Thread(() -> exchangeAndBack(done));
    exchanging.start();
    try (FileStorage storage = FileStorage.open(root)) {
      for (int i = 0; i < TURNS; i++) {
        try {
          storage.write("refs/heads/x", ByteBuffer.wrap("mine".getBytes(StandardCharsets.UTF_8)));
          storage.delete("refs/heads/x");
        } catch (CoralException e) {
          assertThat(e.getMessage()).hasLineCount(1);
        }
      }
    } finally {
      done.set(true);
      exchanging.join();
    }
  }

  private void exchangeAndBack(AtomicBoolean done) {
    Path heads = root.resolve("refs/heads");
    Path aside = folder.resolve("aside");
    try {
      while (!done.get()) {
        Files.move(heads, aside);
        Files.createSymbolicLink(heads, outside);
        Files.delete(heads);
        Files.move(aside, heads);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
