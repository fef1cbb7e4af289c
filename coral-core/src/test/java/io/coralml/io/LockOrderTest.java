package io.coralml.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes, in each of which one thread holds a lock that a thread of the other waits for. No
 * thread that holds one waits, so all of them go on; but POSIX systems take the two processes for
 * deadlocked and refuse to wait.
 */
@DisplayName("Locks held and waited for by different threads of two processes")
class LockOrderTest {
  private static final String OURS = "ours";
  private static final String THEIRS = "theirs";

  @TempDir Path folder;

  /** The other process: holds one lock until told, while a second thread of it waits for ours. */
  static final class Other {
    private Other() {}

    /** Runs in a folder. */
    public static void main(String[] args) throws Exception {
      try (FileStorage storage = FileStorage.open(Path.of(args[0]))) {
        StorageLock held = storage.lock(THEIRS);
        System.out.println("held");
        CompletableFuture<Void> second =
            CompletableFuture.runAsync(() -> storage.lock(OURS).close());
        assertThat(System.in.read()).isPositive();
        held.close();
        second.get();
        System.out.println("both");
      }
    }
  }

  @Test
  @Timeout(60)
  @DisplayName("are all had in the end")
  void crossed() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try (FileStorage storage = FileStorage.open(folder);
        BufferedReader said =
            new BufferedReader(
                new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      StorageLock held = storage.lock(OURS);
      assertThat(said.readLine()).isEqualTo("held");
      CompletableFuture<Void> second =
          CompletableFuture.runAsync(() -> storage.lock(THEIRS).close());
      // Long enough for both to wait; where it is not, nothing is proved and nothing fails.
      TimeUnit.MILLISECONDS.sleep(200);
      held.close();
      tell(other);
      second.get();
      assertThat(said.readLine()).isEqualTo("both");
      assertThat(other.waitFor()).isZero();
    } finally {
      other.destroyForcibly();
    }
  }

  private static void tell(Process other) throws IOException {
    other.getOutputStream().write('\n');
    other.getOutputStream().flush();
  }
}
