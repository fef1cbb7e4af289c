package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A model larger than the heap")
class LargeModelTest {
  private static final long LARGE = 28L << 20;
  private static final int SMALL = 1 << 20;

  @TempDir Path folder;

  /** Bytes that are computed, not held: any position follows from a seed. */
  private record Generated(long seed, long byteLength) implements TensorSource {
    @Override
    public DType dtype() {
      return DType.U8;
    }

    @Override
    public Shape shape() {
      return Shape.of(byteLength);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      for (long at = position; into.hasRemaining(); at++) {
        long mixed = (at / 64 + seed) * 0x9E3779B97F4A7C15L;
        into.put((byte) (mixed >>> 56));
      }
    }
  }

  /** What the child process does: stores 76 MB in a heap of 64 MB and reads it again. */
  public static final class Child {
    private Child() {}

    /**
     * Runs it.
     *
     * @param arguments the folder
     */
    public static void main(String[] arguments) {
      try (ObjectStore store =
          ObjectStore.open(FileStorage.open(Path.of(arguments[0])), StoreOptions.defaults())) {
        TensorId first = put(store, new Generated(1, LARGE), null);
        put(store, new Generated(2, LARGE), first);
        for (int i = 0; i < 20; i++) {
          put(store, new Generated(10 + i, SMALL), null);
        }
        TensorSource back = store.open(first);
        if (!TensorId.of(back).equals(first)) {
          throw new IllegalStateException("read something else");
        }
      }
    }

    private static TensorId put(ObjectStore store, TensorSource source, @Nullable TensorId hint) {
      try (PutBatch batch = store.begin()) {
        TensorId id = batch.put(source, hint).id();
        batch.seal();
        return id;
      }
    }
  }

  @Test
  @DisplayName("streams in and out of a store in a JVM that could not hold it")
  void streams(@TempDir Path logs) throws Exception {
    Path log = logs.resolve("child.log");
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Child.class.getName(),
                    folder.toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(child.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(child.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      child.destroyForcibly();
    }
    try (ObjectStore store = ObjectStore.open(FileStorage.open(folder), StoreOptions.defaults())) {
      assertThat(store.stats().tensorBytes()).isEqualTo(2 * LARGE + 20L * SMALL);
    }
  }
}
