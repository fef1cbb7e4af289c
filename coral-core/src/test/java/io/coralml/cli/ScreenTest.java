package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.store.PutBatch;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The screen shows")
class ScreenTest {
  private static final String ESCAPE = "\u001b[";

  @TempDir Path folder;

  private void commits(Terminal terminal) {
    terminal.fine("init");
    terminal.commit("first", Map.of("a", Terminal.tensor(1, 2), "small", Terminal.tensor(100)));
    terminal.commit("second", Map.of("a", Terminal.tensor(1, 4), "small", Terminal.tensor(101)));
  }

  @Test
  @DisplayName("colours where people watch")
  void colours() {
    Terminal terminal = new Terminal(folder, true);
    commits(terminal);
    assertThat(terminal.fine("log", "--oneline")).contains(ESCAPE + "33m");
    assertThat(terminal.fine("branch")).contains("* " + ESCAPE + "32mmain" + ESCAPE + "0m");
  }

  @Test
  @DisplayName("none in a pipe, with NO_COLOR, or on a dumb terminal")
  void colourless() {
    commits(new Terminal(folder, false));
    for (Terminal terminal :
        new Terminal[] {
          new Terminal(folder, false),
          new Terminal(folder, true).with("NO_COLOR", "1"),
          new Terminal(folder, true).with("TERM", "dumb")
        }) {
      for (String verb : new String[] {"log", "branch", "show", "status", "diff", "fsck"}) {
        Terminal.Said said = terminal.run(verb);
        assertThat(said.out() + said.err()).doesNotContain("\u001b");
      }
    }
    assertThat(new Terminal(folder, true).with("NO_COLOR", "").fine("log")).contains(ESCAPE);
  }

  @Test
  @DisplayName("the biggest changes first, in columns")
  void diff() {
    Terminal terminal = new Terminal(folder, false);
    commits(terminal);
    String[] lines = terminal.run("diff").out().split("\\R", -1);
    assertThat(lines[0]).isEqualTo("0 added, 2 changed, 0 removed");
    assertThat(lines[1]).endsWith("  changed");
    assertThat(lines[2]).endsWith("  a").contains("0.894", "2.00", "50.00 %");
    assertThat(lines[3]).endsWith("  small").contains("0.0100", "1.00", "1.000000", "100.00 %");
    assertThat(lines[2].lastIndexOf(' ')).isEqualTo(lines[3].lastIndexOf(' '));
  }

  private static Progress progress(StringWriter seen, Screen screen, String label) {
    PrintWriter err = new PrintWriter(seen);
    Shell shell =
        new Shell(new PrintWriter(new StringWriter()), err, Map.of(), Path.of(""), screen);
    return Progress.begin(shell, label);
  }

  @Test
  @DisplayName("how far long work is: the share of the bytes that were read once")
  void progress() {
    Tensor tensor = Tensor.of(new float[512]);
    Safetensors.write(folder.resolve("w.safetensors"), Map.of("w", tensor), Map.of());
    Progress progress = progress(new StringWriter(), Screen.UNWATCHED, "add w");
    try (TensorFile file = progress.watch(Safetensors.open(folder.resolve("w.safetensors")))) {
      long second = TimeUnit.SECONDS.toNanos(1);
      assertThat(progress.line(0)).isEqualTo("add w  [--------------------] 0 %  2.0 KiB");
      TensorSource watched = file.tensor("w");
      watched.read(0, ByteBuffer.allocate(1024));
      watched.read(0, ByteBuffer.allocate(1024));
      assertThat(progress.line(3 * second))
          .isEqualTo("add w  [##########----------] 50 %  2.0 KiB  3 s left");
      watched.read(0, ByteBuffer.allocate(2048));
      assertThat(progress.line(6 * second)).contains("[####################] 100 %", "0 s left");
      assertThat(Tensor.copyOf(watched)).isEqualTo(tensor);
      assertThat(watched.id()).isEqualTo(tensor.id());
    }
    progress.close();
  }

  @Test
  @DisplayName(
      "half of the way when a large tensor that is stored has been read for the first time")
  void storing() {
    Tensor large = Tensor.of(new float[PutBatch.SMALL_BYTES / Float.BYTES + 1]);
    Tensor small = Tensor.of(new float[1]);
    Map<String, Tensor> tensors = Map.of("large", large, "small", small);
    Safetensors.write(folder.resolve("w.safetensors"), tensors, Map.of());
    Progress progress = progress(new StringWriter(), Screen.UNWATCHED, "add w");
    try (TensorFile file =
        progress.watchStored(Safetensors.open(folder.resolve("w.safetensors")))) {
      assertThat(Tensor.copyOf(file.tensor("small"))).isEqualTo(small);
      assertThat(Tensor.copyOf(file.tensor("large"))).isEqualTo(large);
      assertThat(progress.line(1)).contains("[##########----------] 50 %");
      assertThat(Tensor.copyOf(file.tensor("large"))).isEqualTo(large);
      assertThat(progress.line(1)).contains("[####################] 100 %");
    }
    progress.close();
  }

  @Test
  @DisplayName("only the time where nothing can be counted, and never more than a line")
  void uncounted() {
    Progress progress =
        progress(new StringWriter(), Screen.UNWATCHED, "x".repeat(500) + "\u001b[2J");
    assertThat(progress.line(TimeUnit.SECONDS.toNanos(7)))
        .hasSizeLessThan(80)
        .doesNotContain("\u001b")
        .endsWith("  7 s");
    progress.close();
  }

  @Test
  @DisplayName("progress only where errors go to people, and clears its line when the work is over")
  @Timeout(60)
  void cleared() throws InterruptedException {
    StringWriter piped = new StringWriter();
    Progress quiet = progress(piped, new Screen(true, false), "gc");
    StringWriter watched = new StringWriter();
    Progress shown = progress(watched, new Screen(false, true), "gc");
    while (watched.toString().isEmpty()) {
      Thread.sleep(10);
    }
    shown.close();
    quiet.close();
    assertThat(watched.toString()).startsWith("\r\u001b[Kgc  ").endsWith("\r\u001b[K");
    assertThat(piped.toString()).isEmpty();
  }

  @Test
  @DisplayName("each output apart: terminals are told from files, pipes and closed ones")
  @DisabledOnOs(OS.WINDOWS)
  void outputs() throws IOException {
    Path descriptors = Files.createDirectory(folder.resolve("fd"));
    Path out = descriptors.resolve("1");
    Path err = descriptors.resolve("2");
    Files.createSymbolicLink(out, Path.of("/dev/pts/3"));
    Files.createSymbolicLink(err, Path.of("/home/ada/errors.txt"));
    assertThat(Screen.find(descriptors, () -> true)).isEqualTo(new Screen(true, false));
    Files.delete(out);
    Files.delete(err);
    Files.createSymbolicLink(err, Path.of("/dev/tty2"));
    assertThat(Screen.find(descriptors, () -> false)).isEqualTo(new Screen(false, true));
    Files.createSymbolicLink(out, Path.of("pipe:[4711]"));
    assertThat(Screen.find(descriptors, () -> true)).isEqualTo(new Screen(false, true));
    assertThat(Screen.find(folder.resolve("none"), () -> true)).isEqualTo(Screen.WATCHED);
    assertThat(Screen.find(folder.resolve("none"), () -> false)).isEqualTo(Screen.UNWATCHED);
  }
}
