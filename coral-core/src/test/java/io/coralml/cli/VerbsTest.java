package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.format.TensorFiles;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The verbs of the command line")
class VerbsTest {
  /** The field numbers are those of onnx.proto: 7 graph, 5 initializer, 1 dims, 2 type, 8 name. */
  private static final byte[] ONNX_WITH_ONE_BF16_INITIALISER = {
    0x08, 8, 0x3A, 15, 0x2A, 13, 0x08, 2, 0x10, 16, 0x42, 1, 'z', 0x4A, 4, 9, 9, 9, 9
  };

  @TempDir Path folder;
  private String output = "";
  private String errors = "";

  private int coral(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Shell shell =
        new Shell(
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of("CORAL_AUTHOR", "Ada <ada@example.org>"),
            folder,
            Screen.UNWATCHED);
    int code = Coral.execute(shell, args);
    output = out.toString();
    errors = err.toString();
    return code;
  }

  private void fine(String... args) {
    assertThat(coral(args)).as(errors).isZero();
    assertThat(errors).isEmpty();
  }

  private void commit(String message, Map<String, Tensor> tensors) {
    Path file = folder.resolve("in.safetensors");
    Safetensors.write(file, tensors, Map.of());
    fine("add", file.toString());
    fine("commit", "-m", message);
  }

  private static Tensor tensor(float... values) {
    return Tensor.of(values);
  }

  @BeforeEach
  void commits() {
    fine("init");
    commit("first", Map.of("a", tensor(1, 2), "b", tensor(3)));
    commit("second", Map.of("a", tensor(1, 2.5f), "c", Tensor.of(new double[] {1})));
  }

  @Test
  @DisplayName("show and ls describe a commit and its tensors")
  void showAndLs() {
    fine("show");
    assertThat(output).contains("second", "changed  a", "added    c");
    fine("show", "HEAD~1", "--json");
    assertThat(output).contains("\"a\" : \"added\"");
    fine("ls");
    assertThat(output.lines()).hasSize(3);
    fine("ls", "--dtype", "F64");
    assertThat(output.lines()).singleElement().asString().endsWith("c");
    fine("ls", "--shape", "2", "--name", "?", "--json");
    assertThat(output).contains("\"name\" : \"a\"").doesNotContain("\"name\" : \"b\"");
    assertThat(coral("ls", "--shape", "2xq")).isEqualTo(2);
  }

  @Test
  @DisplayName("add says how much of a file HEAD has already")
  void added() {
    Path file = folder.resolve("in.safetensors");
    Safetensors.write(file, Map.of("b", tensor(3), "d", tensor(4)), Map.of());
    fine("add", "in.safetensors");
    assertThat(output).contains("Staged 1 of the 2 tensors of in.safetensors; HEAD has the others");
    Safetensors.write(file, Map.of("b", tensor(3)), Map.of());
    fine("add", "in.safetensors");
    assertThat(output).contains("Staged nothing of in.safetensors: HEAD has its 1 tensor already");
    Safetensors.write(file, Map.of("d", tensor(5)), Map.of());
    fine("add", "in.safetensors");
    assertThat(output).contains("Staged 1 tensor of in.safetensors").doesNotContain("HEAD");
  }

  @Test
  @DisplayName("diff says no when models differ, and how much")
  void diff() {
    assertThat(coral("diff")).isEqualTo(1);
    assertThat(output).contains("added    c  F64 1", "0.224", "0.500", "50.00 %  ");
    assertThat(coral("diff", "HEAD~1", "HEAD", "--json")).isEqualTo(1);
    assertThat(output).contains("\"max_change\" : 0.5");
    fine("diff", "HEAD", "HEAD");
    assertThat(output).contains("equal, bit for bit");
  }

  @Test
  @DisplayName("diff says what the commits note differently, a loss for instance")
  void notes() {
    Path file = folder.resolve("in.safetensors");
    for (int step = 1; step <= 2; step++) {
      Safetensors.write(file, Map.of("a", tensor(step)), Map.of());
      fine("add", file.toString());
      fine("commit", "-m", "step", "--note", "loss=" + 0.5 / step, "--note", "run=x");
    }
    assertThat(coral("diff")).isEqualTo(1);
    assertThat(output).contains("note     loss  0.5 -> 0.25").doesNotContain("run");
  }

  @Test
  @DisplayName("rm stages removals and empties the staging area")
  void rm() {
    fine("rm", "b");
    fine("status");
    assertThat(output).contains("removed: b");
    fine("rm", "--staged", "--all");
    fine("status");
    assertThat(output).contains("Nothing is staged");
    assertThat(coral("rm", "nothing")).isEqualTo(2);
    assertThat(coral("rm")).isEqualTo(2);
    fine("rm", "b");
    fine("commit", "-m", "removed");
    fine("ls", "--name", "b");
    assertThat(output).isEmpty();
  }

  @Test
  @DisplayName("branch, switch, checkout and tag move and name things")
  void branches() {
    fine("branch", "side", "HEAD~1");
    fine("branch");
    assertThat(output).contains("* main ", "  side ");
    fine("switch", "side");
    fine("log", "--oneline");
    assertThat(output.lines()).singleElement().asString().endsWith("first");
    fine("tag", "v1", "-m", "release");
    fine("tag");
    assertThat(output).contains("v1").contains("release");
    fine("checkout", "v1");
    assertThat(output).contains("detached");
    fine("switch", "-c", "other");
    fine("branch", "-d", "side");
    fine("tag", "-d", "v1");
    fine("branch", "--json");
    assertThat(output).contains("main", "other").doesNotContain("side");
    assertThat(coral("branch", "../../evil")).isEqualTo(2);
    assertThat(coral("branch", "main")).isEqualTo(1);
    assertThat(coral("switch", "nothing")).isEqualTo(2);
  }

  @Test
  @DisplayName("merge, cherry-pick and revert combine commits, or list the conflicts and say no")
  void combining() {
    fine("branch", "side", "HEAD~1");
    fine("switch", "side");
    commit("on side", Map.of("a", tensor(3, 3), "d", tensor(4)));
    fine("switch", "main");
    assertThat(coral("merge", "side")).isEqualTo(1);
    assertThat(output).contains("conflict  a");
    assertThat(errors).contains("--resolve").hasLineCount(1);
    fine("merge", "side", "--strategy", "average", "-m", "merged");
    fine("log", "--graph", "--oneline");
    assertThat(output).contains("merged", "|\\");
    fine("revert", "HEAD~1", "-s", "ours");
    fine("cherry-pick", "side", "-s", "theirs");
    assertThat(coral("merge", "side", "-s", "nonsense")).isEqualTo(2);
    assertThat(coral("revert", "HEAD", "--into", "nothing")).isEqualTo(2);
  }

  @Test
  @DisplayName("gc, fsck and stats look after the repository")
  void care() throws Exception {
    fine("gc");
    fine("gc", "--grace", "0", "--reflog-expiry", "0");
    fine("fsck");
    fine("fsck", "--level", "deep", "--json");
    assertThat(output).contains("\"sound\" : true");
    fine("stats");
    assertThat(output).contains("4 different ones");
    fine("stats", "--json");
    assertThat(coral("gc", "--grace", "-1")).isEqualTo(2);
    Files.writeString(folder.resolve(".coral/refs/heads/bad"), "nonsense\n");
    assertThat(coral("fsck")).isEqualTo(1);
    assertThat(output).contains("refs/heads/bad", "What to do");
  }

  @Test
  @DisplayName("config reads and changes settings")
  void config() {
    fine("config");
    assertThat(output).contains("effort = balanced");
    fine("config", "effort", "fast");
    fine("config", "effort");
    assertThat(output.strip()).isEqualTo("fast");
    fine("config", "--preset", "space");
    fine("config", "--json");
    assertThat(output).contains("\"effort\" : \"max\"");
    assertThat(coral("config", "nonsense", "1")).isEqualTo(2);
    assertThat(coral("config", "effort", "nonsense")).isEqualTo(2);
  }

  @Test
  @DisplayName("import commits a file at once, and convert rewrites one in another format")
  void importAndConvert() {
    Path file = folder.resolve("more.safetensors");
    Safetensors.write(file, Map.of("z", tensor(9)), Map.of());
    fine("import", file.toString(), "-m", "imported");
    fine("ls", "--name", "z");
    assertThat(output.lines()).hasSize(1);
    fine("convert", file.toString(), folder.resolve("copy.h5").toString());
    fine("convert", folder.resolve("copy.h5").toString(), folder.resolve("copy.npz").toString());
    fine("convert", folder.resolve("copy.npz").toString(), folder.resolve("again.h5").toString());
    assertThat(folder.resolve("again.h5")).hasSameBinaryContentAs(folder.resolve("copy.h5"));
    assertThat(coral("convert", file.toString(), "out.pt")).isEqualTo(2);
    assertThat(coral("convert", file.toString(), "out.onnx")).isEqualTo(2);
    fine("convert", file.toString(), folder.resolve("copy.safetensors").toString());
    assertThat(folder.resolve("copy.safetensors")).hasSameBinaryContentAs(file);
    assertThat(coral("convert", "nothing.xyz", "out.safetensors")).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "import of what HEAD has already makes no commit and says no, unless it may be empty")
  void importUnchanged() {
    Path file = folder.resolve("same.safetensors");
    Safetensors.write(file, Map.of("b", tensor(3)), Map.of());
    fine("log", "--oneline");
    String before = output;
    assertThat(coral("import", "same.safetensors")).isEqualTo(1);
    assertThat(output).contains("Made no commit: HEAD has all of same.safetensors already");
    assertThat(errors).isEmpty();
    fine("log", "--oneline");
    assertThat(output).isEqualTo(before);
    fine("import", "same.safetensors", "--allow-empty", "-m", "once more");
    fine("log", "--oneline");
    assertThat(output.lines()).hasSize(3).first().asString().endsWith("once more");
    fine("import", "same.safetensors", "--replace");
    fine("ls");
    assertThat(output.lines()).singleElement().asString().contains("b");
    Safetensors.write(file, Map.of("b", tensor(3)), Map.of("epoch", "2"));
    fine("import", "same.safetensors");
    Safetensors.write(file, Map.of("b", tensor(-0.0f)), Map.of());
    fine("import", "same.safetensors");
    Safetensors.write(file, Map.of("b", tensor(0.0f)), Map.of());
    fine("import", "same.safetensors");
  }

  @Test
  @DisplayName("show tells what an annotated tag says, and nothing more of a plain one or a branch")
  void showTag() {
    fine("tag", "v1", "HEAD~1", "-m", "release", "--author", "Eve <eve@example.org>");
    fine("tag", "plain");
    fine("branch", "both");
    fine("tag", "both", "-m", "hidden by the branch");
    for (String name : List.of("v1", "refs/tags/v1")) {
      fine("show", name);
      assertThat(output.lines().limit(2))
          .containsExactly("tag v1", "Tagger: Eve <eve@example.org>");
      assertThat(output).contains("    release", "first", "added    a");
    }
    fine("show", "refs/tags/both");
    assertThat(output).contains("hidden by the branch");
    for (String name : List.of("plain", "both", "v1~0", "HEAD")) {
      fine("show", name);
      assertThat(output).startsWith("commit ").doesNotContain("Tagger", "release", "hidden");
    }
  }

  @Test
  @DisplayName("add, import and convert follow a symbolic link only when told to")
  @DisabledOnOs(OS.WINDOWS)
  void links() throws IOException {
    Path real = folder.resolve("real.safetensors");
    Safetensors.write(real, Map.of("z", tensor(9)), Map.of());
    String link = Files.createSymbolicLink(folder.resolve("link.safetensors"), real).toString();
    String copy = folder.resolve("copy.safetensors").toString();
    for (List<String> verb : List.of(List.of("import"), List.of("convert"), List.of("add"))) {
      List<String> command = new ArrayList<>(verb);
      command.add(link);
      if (verb.contains("convert")) {
        command.add(copy);
      }
      assertThat(coral(command.toArray(String[]::new))).isEqualTo(2);
      assertThat(errors).hasLineCount(1).contains("symbolic link", "--follow-links");
      command.add("--follow-links");
      fine(command.toArray(String[]::new));
    }
    assertThat(Path.of(copy)).hasSameBinaryContentAs(real);
    fine("ls", "--name", "z");
    assertThat(output.lines()).hasSize(1);
  }

  @Test
  @DisplayName("export takes --bits and --into as convert does")
  void exportOptions() throws IOException {
    Tensor half = Tensor.of(DType.BF16, Shape.of(2), ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    Safetensors.write(folder.resolve("half.safetensors"), Map.of("z", half), Map.of());
    fine("rm", "a", "b", "c");
    fine("commit", "-m", "nothing left");
    fine("import", folder.resolve("half.safetensors").toString(), "-m", "half");
    assertThat(coral("export", "half.npz")).isEqualTo(2);
    fine("export", "--bits", "half.npz");
    Files.write(folder.resolve("model.onnx"), ONNX_WITH_ONE_BF16_INITIALISER);
    assertThat(coral("export", "half.onnx")).isEqualTo(2);
    fine("export", "--into", "model.onnx", "half.onnx");
    try (TensorFile bits = TensorFiles.open(folder.resolve("half.npz"));
        TensorFile model = TensorFiles.open(folder.resolve("half.onnx"))) {
      Tensor integers = Tensor.of(DType.U16, Shape.of(2), half.data());
      assertThat(Tensor.copyOf(bits.tensor("z"))).isEqualTo(integers);
      assertThat(Tensor.copyOf(model.tensor("z"))).isEqualTo(half);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "safetensors, --bits, Only npy and npz files can hold floats",
    "h5, --bits, Only npy and npz files can hold floats",
    "onnx, --bits, Only npy and npz files can hold floats",
    "safetensors, --into=m.onnx, Only an ONNX file is written as a copy",
    "npz, --into=m.onnx, Only an ONNX file is written as a copy"
  })
  @DisplayName("export and convert refuse an option the format has no use for, and write nothing")
  void useless(String ending, String option, String sentence) {
    String out = folder.resolve("out." + ending).toString();
    fine("export", "in.npz");
    for (String[] words :
        List.of(
            new String[] {"export", option, out},
            new String[] {"convert", option, "in.npz", out})) {
      assertThat(coral(words)).isEqualTo(2);
      assertThat(errors).contains(sentence).hasLineCount(1);
      assertThat(folder.resolve("out." + ending)).doesNotExist();
    }
  }

  @Test
  @DisplayName("completion prints a script that knows every verb")
  void completion() {
    fine("completion");
    assertThat(output).contains("cherry-pick", "complete -F");
  }
}
