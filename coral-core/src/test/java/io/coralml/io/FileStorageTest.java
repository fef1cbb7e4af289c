package io.coralml.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("security")
@DisplayName("A file storage")
class FileStorageTest {
  @TempDir Path folder;
  private Path root;
  private FileStorage storage;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    storage = FileStorage.open(root);
  }

  private static ByteBuffer text(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private String content(String name) {
    return StandardCharsets.UTF_8.decode(storage.readAll(name, 1000)).toString();
  }

  @Nested
  @DisplayName("writes a file")
  class Writing {
    @Test
    @DisplayName("whole, under its name, and leaves nothing else")
    void durable() {
      storage.createDirectory("a/b");
      storage.write("a/b/c", text("one "), text("two"));
      assertThat(content("a/b/c")).isEqualTo("one two");
      assertThat(storage.list("a/b")).containsExactly("c");
      assertThat(storage.list(Storage.TEMPORARY)).isEmpty();
    }

    @Test
    @DisplayName("over an older one")
    void replaces() {
      storage.write("x", text("old"));
      storage.write("x", text("new"));
      assertThat(content("x")).isEqualTo("new");
    }

    @Test
    @DisplayName("only if absent when asked so, and then leaves the older one alone")
    void absent() {
      assertThat(storage.writeIfAbsent("x", text("old"))).isTrue();
      assertThat(storage.writeIfAbsent("x", text("new"))).isFalse();
      assertThat(content("x")).isEqualTo("old");
      assertThat(storage.list(Storage.TEMPORARY)).isEmpty();
    }

    @Test
    @DisplayName("piece by piece and at a position")
    void pieces() {
      try (WritableFile file = storage.create("x")) {
        file.write(text("hello"));
        file.write(7, text("w"));
        file.write(0, text("J"));
        assertThat(file.length()).isEqualTo(8);
        file.force();
      }
      assertThat(content("x")).isEqualTo("Jello\0\0w");
    }

    @Test
    @DisplayName("behind its end for a log")
    void appends() {
      for (String line : new String[] {"one\n", "two\n"}) {
        try (WritableFile log = storage.append("log")) {
          log.write(text(line));
          log.force();
        }
      }
      assertThat(content("log")).isEqualTo("one\ntwo\n");
    }

    @Test
    @DisplayName("never over one that must not exist")
    void createsNew() {
      storage.write("x", text("old"));
      assertThatThrownBy(() -> storage.create("x"))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("'x'")
          .hasMessageContaining("exists already");
    }

    @Test
    @DisplayName("and says so when its directory is missing")
    void missingDirectory() {
      assertThatThrownBy(() -> storage.write("no/where", text("x")))
          .isInstanceOf(NotFoundException.class);
      assertThat(storage.list(Storage.TEMPORARY)).isEmpty();
    }
  }

  @Nested
  @DisplayName("reads")
  class Reading {
    @Test
    @DisplayName("any range, and nothing outside the file")
    void ranges() {
      storage.write("x", text("0123456789"));
      try (ReadableFile file = storage.open("x")) {
        ByteBuffer into = ByteBuffer.allocate(3);
        file.read(4, into);
        assertThat(into.flip()).isEqualTo(text("456"));
        assertThatThrownBy(() -> file.read(8, ByteBuffer.allocate(3)))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }

    @Test
    @DisplayName("on for everybody else when one reading thread is interrupted")
    void interrupted() {
      storage.write("x", text("0123456789"));
      try (ReadableFile file = storage.open("x")) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        ByteBuffer into = ByteBuffer.allocate(2);
        file.read(1, into);
        assertThat(into.flip()).isEqualTo(text("12"));
      }
    }

    @Test
    @DisplayName("nothing of a file that is closed, missing or too long to be true")
    void refuses() {
      storage.write("x", text("0123456789"));
      ReadableFile file = storage.open("x");
      file.close();
      assertThatThrownBy(() -> file.read(0, ByteBuffer.allocate(1)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(() -> storage.open("y")).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> storage.readAll("x", 9)).isInstanceOf(CorruptDataException.class);
    }

    @Test
    @DisplayName("what is known of files without opening them")
    void info() {
      storage.createDirectory("d");
      storage.write("d/x", text("abc"));
      assertThat(storage.size("d/x")).isEqualTo(3);
      assertThat(storage.info("d").orElseThrow().directory()).isTrue();
      assertThat(storage.exists("d/y")).isFalse();
      assertThat(storage.exists("d/x/y")).isFalse();
      assertThat(storage.list("nowhere")).isEmpty();
      assertThat(storage.delete("d/x")).isTrue();
      assertThat(storage.delete("d/x")).isFalse();
    }
  }

  @Nested
  @DisplayName("stays inside its root (invariant 9):")
  class Inside {
    @ParameterizedTest(name = "refuses [{0}]")
    @ValueSource(
        strings = {
          "..",
          "../x",
          "a/../../x",
          "/etc/passwd",
          "a//b",
          "a/",
          ".",
          "a\\..\\b",
          "C:x",
          "a\0b"
        })
    void names(String name) {
      assertThatThrownBy(() -> storage.write(name, text("x")))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> storage.info(name)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    @DisplayName("refuses a directory that is a symbolic link, to read and to write")
    void linkedDirectory() throws IOException {
      Path outside = Files.createDirectory(folder.resolve("outside"));
      Files.writeString(outside.resolve("secret"), "secret");
      Files.createSymbolicLink(root.resolve("link"), outside);
      assertThatThrownBy(() -> storage.open("link/secret"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("symbolic link");
      assertThatThrownBy(() -> storage.write("link/x", text("x")))
          .isInstanceOf(InvalidInputException.class);
      assertThat(outside.resolve("x")).doesNotExist();
    }

    @ParameterizedTest(name = "refuses [{0}] when it becomes a symbolic link while it is in use")
    @ValueSource(strings = {"tmp", "packs", "a/b"})
    void becomesLink(String directory) throws IOException {
      storage.createDirectory(directory);
      storage.write(directory + "/x", text("mine"));
      Path outside = Files.createDirectory(folder.resolve("outside"));
      Files.writeString(outside.resolve("x"), "secret");
      Files.move(root.resolve(directory), folder.resolve("moved"));
      Files.createSymbolicLink(root.resolve(directory), outside);

      storage.createDirectory("here");
      String file = directory + "/x";
      List<Runnable> uses =
          List.of(
              () -> storage.open(file),
              () -> storage.info(file),
              () -> storage.list(directory),
              () -> storage.create(directory + "/new"),
              () -> storage.append(file),
              () -> storage.delete(file),
              () -> storage.rename(file, "here/x"),
              () -> storage.forceDirectory(directory),
              () -> storage.lock(directory + "/lock"));
      for (Runnable use : uses) {
        assertThatThrownBy(use::run)
            .isInstanceOf(CoralException.class)
            .hasMessageContaining("symbolic link");
      }
      assertThat(outside.toFile().list()).containsExactly("x");
      assertThat(outside.resolve("x")).hasContent("secret");
    }

    @Test
    @DisplayName("does not read or append through a file that is a symbolic link")
    void linkedFile() throws IOException {
      Path secret = Files.writeString(folder.resolve("secret"), "secret");
      Files.createSymbolicLink(root.resolve("x"), secret);
      assertThatThrownBy(() -> storage.open("x")).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> storage.append("x")).isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> storage.lock("x")).isInstanceOf(StorageException.class);
      storage.write("x", text("mine"));
      assertThat(secret).hasContent("secret");
    }

    @Test
    @DisplayName("creates nothing with a mode wider than the root's")
    void modes() throws IOException {
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      FileStorage narrow = FileStorage.open(root);
      narrow.createDirectory("d/e");
      narrow.write("d/e/x", text("x"));
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("d/e"))))
          .isEqualTo("rwx------");
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("d/e/x"))))
          .isEqualTo("rw-------");
    }
  }

  @Nested
  @DisplayName("locks")
  class Locking {
    @Test
    @DisplayName("exclude other threads, also through another storage of the same root")
    void excludes() {
      FileStorage other = FileStorage.open(root);
      try (StorageLock held = storage.lock("lock")) {
        assertThat(held).isNotNull();
        assertThat(other.tryLock("lock", Duration.ZERO)).isEmpty();
        assertThat(other.tryLock("lock", Duration.ofMillis(2))).isEmpty();
      }
      Optional<StorageLock> second = other.tryLock("lock", Duration.ZERO);
      assertThat(second).isPresent();
      second.get().close();
      second.get().close();
      storage.lock("lock").close();
    }

    @Test
    @DisplayName("are handed over to a thread that waits")
    void handsOver() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(1);
      try {
        CountDownLatch waiting = new CountDownLatch(1);
        StorageLock first = storage.lock("lock");
        Future<?> second =
            threads.submit(
                () -> {
                  waiting.countDown();
                  storage.lock("lock").close();
                });
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        first.close();
        second.get(10, TimeUnit.SECONDS);
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  @DisplayName("forces many files and directories at once, also after it was closed")
  void forcesTogether() {
    storage.createDirectory("d");
    List<WritableFile> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      WritableFile file = storage.create("d/" + i);
      file.write(ByteBuffer.wrap(new byte[] {1}));
      files.add(file);
    }
    storage.forceAll(files, List.of("d", ""));
    storage.close();
    storage.forceAll(files, List.of("d", ""));
    files.get(7).close();
    assertThatThrownBy(() -> storage.forceAll(files, List.of("d")))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("d/7");
    files.forEach(WritableFile::close);
  }
}
