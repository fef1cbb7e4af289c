package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Npz;
import io.coralml.format.Safetensors;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes that the system does not let write files beyond some size, so that a real write fails
 * in the middle of real work, also outside the repository: what {@code FailingStorage} cannot show.
 */
@Tag("integrity")
@DisplayName("A command whose writes the system refuses half-way")
@DisabledOnOs(OS.WINDOWS)
class FullDiskTest {
  private static final int ELEMENTS = 40_000;
  private static final int LONG_MEMBER_MEGABYTES = 9;
  private static final int HANGS_SECONDS = 240;

  @TempDir Path folder;
  private Path model;
  private Terminal terminal;

  @BeforeEach
  void repository() throws IOException {
    model = Files.createDirectory(folder.resolve("model"));
    terminal = new Terminal(model, false);
    terminal.fine("init");
    terminal.commit("first", Map.of("w", weights(1)));
    terminal.fine("branch", "side");
    terminal.fine("switch", "side");
    terminal.commit("to be abandoned", Map.of("x", weights(2), "y", weights(3)));
    terminal.fine("switch", "main");
    terminal.fine("branch", "-d", "side");
    terminal.commit("half of it stays", Map.of("x", weights(2)));
    Safetensors.write(model.resolve("next.safetensors"), Map.of("n", weights(4)), Map.of());
  }

  private static Tensor weights(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values);
  }

  /** Runs a command that may write no file beyond so many blocks of 512 bytes, or 1024. */
  private Terminal.Said limited(int blocks, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("sh", "-c", "ulimit -f " + blocks + "; exec \"$@\"", "sh"));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            Coral.class.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).directory(model.toFile()).start();
    process.getOutputStream().close();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)).isTrue();
    return new Terminal.Said(process.exitValue(), out, err);
  }

  private void assertRefused(Terminal.Said said) throws IOException {
    assertThat(said.code()).as(said.err() + said.out()).isEqualTo(3);
    // Newer JVMs warn of native code on a class path; the manifest of coral.jar allows it.
    assertThat(said.err().lines().filter(line -> !line.startsWith("WARNING: ")))
        .singleElement()
        .asString()
        .startsWith("coral: ")
        .containsAnyOf("File too large", "ulimit -f");
    assertThat(said.err()).doesNotContain("Exception", "please report");
    assertThat(terminal.fine("fsck", "--level", "deep")).contains("nothing is wrong");
    assertThat(terminal.fine("log", "--oneline").lines()).hasSize(2);
    assertThat(terminal.fine("ls").lines()).hasSize(2);
    try (Stream<Path> left = Files.list(model)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".part"));
    }
  }

  @ParameterizedTest(name = "[{0}] says so, leaves the repository whole, and works afterwards")
  @ValueSource(strings = {"import next.safetensors", "add next.safetensors"})
  void storing(String line) throws Exception {
    String[] words = line.split(" ");
    assertRefused(limited(40, words));
    assertThat(terminal.fine("status")).contains("Nothing is staged");
    terminal.fine(words);
  }

  @ParameterizedTest(name = "export to [{0}] says so and leaves what had that name as it was")
  @ValueSource(strings = {"out.safetensors", "out.npz", "out.h5"})
  void exporting(String name) throws Exception {
    Files.writeString(model.resolve(name), "before");
    assertRefused(limited(40, "export", name));
    assertThat(model.resolve(name)).hasContent("before");
    terminal.fine("export", name);
    assertThat(Files.size(model.resolve(name))).isGreaterThan(ELEMENTS * Float.BYTES);
  }

  @Test
  @DisplayName("of a clean-up leaves the repository whole, and the next one cleans up")
  void cleaningUp() throws Exception {
    Terminal.Said said = limited(40, "gc", "--grace", "0", "--reflog-expiry", "0");
    assertRefused(said);
    long before = packBytes();
    terminal.fine("gc", "--grace", "0", "--reflog-expiry", "0");
    assertThat(packBytes()).isLessThan(before * 8 / 10);
  }

  private long packBytes() throws IOException {
    try (Stream<Path> packs = Files.list(model.resolve(".coral/packs"))) {
      return packs.mapToLong(each -> each.toFile().length()).sum();
    }
  }

  @Test
  @DisplayName("of unpacking a member too long for memory says where there was no room")
  void unpacking() throws Exception {
    Path stored = folder.resolve("stored.npz");
    Npz.write(stored, Map.of("z", Tensor.of(new float[LONG_MEMBER_MEGABYTES << 18])));
    deflate(stored, model.resolve("deflated.npz"));
    Terminal.Said said = limited(4096, "import", "deflated.npz");
    assertRefused(said);
    assertThat(said.err()).contains("unpacked").contains("make room");
    terminal.fine("import", "deflated.npz");
  }

  private static void deflate(Path stored, Path deflated) throws IOException {
    try (ZipFile in = new ZipFile(stored.toFile());
        OutputStream file = Files.newOutputStream(deflated);
        ZipOutputStream out = new ZipOutputStream(file)) {
      for (ZipEntry each : in.stream().toList()) {
        out.putNextEntry(new ZipEntry(each.getName()));
        in.getInputStream(each).transferTo(out);
      }
    }
  }
}
