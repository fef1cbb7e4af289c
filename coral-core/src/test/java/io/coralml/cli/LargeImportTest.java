package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Npy;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.format.TensorFiles;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A heap of {@value #HEAP_MEGABYTES} MB, whatever the size of the file, which is set by the
 * property {@value #MEGABYTES}: 1024 in full and comprehensive.
 */
@DisplayName("A file larger than the heap")
class LargeImportTest {
  private static final String MEGABYTES = "coral.test.import.megabytes";
  private static final int FEW_MEGABYTES = 100;
  private static final int HEAP_MEGABYTES = 80;
  private static final int HANGS_SECONDS = 540;
  private static final int[] SIZES = {12 << 20, 3 << 20, 1 << 20};

  @TempDir Path folder;

  /** Weights that are computed, not held: any position follows from a seed. */
  private record Generated(long seed, long byteLength) implements TensorSource {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Shape shape() {
      return Shape.of(byteLength / Float.BYTES);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      ByteOrder order = into.order();
      into.order(ByteOrder.LITTLE_ENDIAN);
      for (long at = position / Float.BYTES; into.remaining() >= Float.BYTES; at++) {
        long mixed = (at + seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
        into.putFloat((mixed >> 40) * 0x1p-28f);
      }
      into.order(order);
    }
  }

  private static Map<String, TensorSource> model(long bytes) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    long left = bytes;
    for (int i = 0; left > 0; i++) {
      long size = Math.min(left, SIZES[i % SIZES.length]);
      tensors.put("layer." + i, new Generated(1_000_003L * i, size));
      left -= size;
    }
    return tensors;
  }

  @Test
  @DisplayName("is imported and exported again by a small process, exact to the bit")
  void small() throws IOException, InterruptedException {
    long megabytes = Integer.getInteger(MEGABYTES, FEW_MEGABYTES);
    Path file = folder.resolve("large.safetensors");
    Map<String, TensorSource> model = model(megabytes << 20);
    Safetensors.write(file, model, Map.of());
    run("-C", folder.toString(), "init");
    run("-C", folder.toString(), "import", file.toString());
    run("-C", folder.toString(), "export", "HEAD", folder.resolve("back.h5").toString());
    try (Repository repository = Repository.open(folder);
        TensorFile back = TensorFiles.open(folder.resolve("back.h5"))) {
      Snapshot snapshot = repository.snapshot("main");
      assertThat(snapshot.names()).containsExactlyInAnyOrderElementsOf(model.keySet());
      model.forEach(
          (name, source) -> {
            assertThat(snapshot.info(name).id()).isEqualTo(source.id());
            assertThat(back.tensor(name).id()).isEqualTo(source.id());
          });
    }
  }

  @Test
  @DisplayName("is imported when it is one compressed array of an npz file, too")
  void compressed() throws IOException, InterruptedException {
    long bytes = (HEAP_MEGABYTES + 8L) << 20;
    TensorSource zeros = new Zeros(bytes);
    Path file = folder.resolve("large.npz");
    Path plain = folder.resolve("plain.npy");
    Npy.write(plain, zeros);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setLevel(Deflater.BEST_SPEED);
      zip.putNextEntry(new ZipEntry("w.npy"));
      Files.copy(plain, zip);
    }
    run("-C", folder.toString(), "init");
    run("-C", folder.toString(), "import", file.toString());
    try (Repository repository = Repository.open(folder)) {
      assertThat(repository.snapshot("main").info("w").id()).isEqualTo(zeros.id());
    }
  }

  private record Zeros(long byteLength) implements TensorSource {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Shape shape() {
      return Shape.of(byteLength / Float.BYTES);
    }

    @Override
    public void read(long position, ByteBuffer into) {
      into.put(new byte[into.remaining()]);
    }
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MEGABYTES + "m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                Coral.class.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }
}
