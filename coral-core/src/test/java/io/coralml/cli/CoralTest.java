package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The command line")
class CoralTest {
  @TempDir Path folder;
  private String output = "";
  private String errors = "";

  private int coral(String... args) {
    return coral(Map.of("CORAL_AUTHOR", "Ada <ada@example.org>"), args);
  }

  private int coral(Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Shell shell =
        new Shell(
            new PrintWriter(out), new PrintWriter(err), environment, folder, Screen.UNWATCHED);
    int code = Coral.execute(shell, args);
    output = out.toString();
    errors = err.toString();
    return code;
  }

  /** The command failed with one sentence on standard error and nothing else. */
  private void assertRefused(int code, int expected, String part) {
    assertThat(code).as(errors).isEqualTo(expected);
    assertThat(errors).startsWith("coral: ").contains(part);
    assertThat(errors.lines()).hasSize(1);
    assertThat(output).isEmpty();
  }

  private Path file(String name, Map<String, Tensor> tensors) {
    Path path = folder.resolve(name);
    Safetensors.write(path, tensors, Map.of());
    return path;
  }

  private static Tensor tensor(float... values) {
    return Tensor.of(values);
  }

  @Test
  @DisplayName("prints help and version")
  void help() {
    assertThat(coral("--help")).isZero();
    assertThat(output).contains("init", "add", "commit", "log", "export", "Exit codes");
    assertThat(coral("commit", "--help")).isZero();
    assertThat(output).contains("--author", "-m");
    assertThat(coral("--version")).isZero();
    assertThat(output).startsWith("coral ");
  }

  @Test
  @DisplayName("refuses what it does not know")
  void unknown() {
    assertRefused(coral("frobnicate"), 2, "There is no verb \"frobnicate\"");
    assertRefused(coral("mergee"), 2, "perhaps 'merge' was meant");
    assertRefused(coral("log", "--frobnicate"), 2, "--frobnicate");
    assertRefused(coral(), 2, "--help");
    assertRefused(coral("log", "-n", "99999999999999999999"), 2, "99999999999999999999");
  }

  @Nested
  @DisplayName("without a repository")
  class Without {
    @Test
    @DisplayName("says so, and how to make one")
    void notARepository() {
      assertRefused(coral("log"), 2, "coral init");
      assertRefused(coral("status"), 2, "coral init");
      assertRefused(
          coral("add", file("a.safetensors", Map.of("a", tensor(1))).toString()), 2, "coral init");
    }

    @Test
    @DisplayName("makes one, in a folder that may be new, but not twice")
    void init() {
      assertThat(coral("init")).isZero();
      assertThat(coral("init", "new/folder")).isZero();
      assertThat(folder.resolve("new/folder/.coral/HEAD")).exists();
      assertRefused(coral("init"), 2, "already");
    }

    @Test
    @DisplayName("refuses to make one where a file is in the way")
    void inTheWay() throws IOException {
      Files.writeString(folder.resolve(".coral"), "x");
      assertRefused(coral("init"), 2, "in the way");
      assertThat(folder.resolve(".coral")).hasContent("x");
    }
  }

  @Nested
  @DisplayName("with an empty repository")
  class Empty {
    @BeforeEach
    void init() {
      coral("init");
    }

    @Test
    @DisplayName("refuses log, export and commit before there is anything")
    void nothingYet() {
      assertRefused(coral("log"), 2, "no commit yet");
      assertRefused(coral("export", "HEAD", "out.safetensors"), 2, "no commit yet");
      assertThat(folder.resolve("out.safetensors")).doesNotExist();
      assertRefused(coral("commit", "-m", "x"), 2, "nothing to commit");
      assertRefused(coral("commit"), 2, "--message");
      assertRefused(coral("commit", "-m", " "), 2, "message is empty");
    }

    @Test
    @DisplayName("refuses files that are missing or damaged, and stages nothing")
    void badFiles() throws IOException {
      assertRefused(coral("add", "missing.safetensors"), 2, "missing.safetensors");
      Path whole = file("whole.safetensors", Map.of("a", tensor(1, 2, 3)));
      byte[] bytes = Files.readAllBytes(whole);
      Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(bytes, 40));
      assertRefused(coral("add", "cut.safetensors"), 3, "cut.safetensors");
      assertThat(coral("status", "--json")).isZero();
      assertThat(output).contains("\"added\" : [ ]");
    }

    @Test
    @DisplayName("refuses a tensor whose name no repository can hold")
    void badName() {
      file("odd.safetensors", Map.of("a\nb", tensor(1)));
      assertRefused(coral("add", "odd.safetensors"), 2, "rename the tensor");
    }
  }

  @Nested
  @DisplayName("with commits")
  class WithCommits {
    @BeforeEach
    void commit() {
      coral("init");
      file("one.safetensors", Map.of("a", tensor(1, -0.0f, Float.NaN), "b", tensor(2)));
      file("two.safetensors", Map.of("b", tensor(3), "c", tensor(4)));
      coral("add", "one.safetensors");
      coral("commit", "-m", "first\n\nwith a body");
      coral("add", "two.safetensors");
      coral("commit", "-m", "second", "--note", "loss=0.31", "--author", "Bob <bob@example.org>");
    }

    @Test
    @DisplayName("logs them, newest first, with author and notes")
    void log() {
      assertThat(coral("log")).isZero();
      assertThat(output)
          .containsSubsequence(
              "Author: Bob <bob@example.org>",
              "Note:   loss=0.31",
              "    second",
              "Author: Ada <ada@example.org>",
              "    first",
              "    with a body");
      assertThat(coral("log", "--oneline", "-n", "1")).isZero();
      assertThat(output.strip()).matches("[0-9a-f]{10} second");
      assertThat(coral("log", "--json", "HEAD~1")).isZero();
      assertThat(output)
          .contains("\"message\" : \"first\\n\\nwith a body\"")
          .doesNotContain("second");
    }

    @Test
    @DisplayName("exports what was added, bit for bit")
    void export() {
      assertThat(coral("export", "HEAD~1", "out.safetensors")).isZero();
      try (TensorFile out = Safetensors.open(folder.resolve("out.safetensors"));
          TensorFile in = Safetensors.open(folder.resolve("one.safetensors"))) {
        assertThat(out.names()).containsExactlyInAnyOrderElementsOf(in.names());
        for (String name : in.names()) {
          assertThat(Tensor.copyOf(out.tensor(name))).isEqualTo(Tensor.copyOf(in.tensor(name)));
        }
      }
      assertThat(coral("export", "out.safetensors")).isZero();
      try (TensorFile out = Safetensors.open(folder.resolve("out.safetensors"))) {
        assertThat(out.names()).containsExactlyInAnyOrder("a", "b", "c");
      }
    }

    @Test
    @DisplayName("refuses to export to where it cannot write, and leaves nothing behind")
    void unwritable() throws IOException {
      assertRefused(coral("export", "HEAD", "no/such/folder/x.safetensors"), 2, "folder");
      Files.createDirectory(folder.resolve("directory"));
      assertThat(coral("export", "HEAD", "directory")).isNotZero();
      assertThat(errors.lines()).hasSize(1);
      try (var left = Files.list(folder)) {
        assertThat(left.map(path -> path.getFileName().toString()))
            .containsExactlyInAnyOrder(".coral", "directory", "one.safetensors", "two.safetensors");
      }
    }

    @Test
    @DisplayName("refuses revisions there are not")
    void revisions() {
      assertRefused(coral("log", "nothing"), 2, "nothing");
      assertRefused(coral("export", "../../etc", "x"), 2, "../../etc");
      assertRefused(coral("log", "\u001b[31m"), 2, "u{1b}");
    }

    @Test
    @DisplayName("works from elsewhere with -C, before or behind the verb")
    void elsewhere(@TempDir Path other) {
      Path here = folder;
      folder = other;
      assertThat(coral("-C", here.toString(), "log", "--oneline")).isZero();
      assertThat(output.lines()).hasSize(2);
      assertThat(coral("log", "-C", here.toString(), "--oneline")).isZero();
      assertThat(output.lines()).hasSize(2);
      folder = here;
      assertRefused(coral("-C", "nowhere", "log"), 2, "no folder");
    }

    @Test
    @DisplayName("takes user and host for the author when nobody says otherwise")
    void author() {
      coral("add", "--replace", "one.safetensors");
      assertThat(coral(Map.of("USER", "eve", "HOSTNAME", "lab"), "commit", "-m", "x")).isZero();
      coral("log", "-n", "1");
      assertThat(output).contains("Author: eve <eve@lab>");
      coral("add", "--replace", "two.safetensors");
      assertRefused(coral("commit", "-m", "x", "--author", "A\nB <x>"), 2, "author");
    }
  }
}
