package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("security")
@DisplayName("The command line, attacked")
class CommandLineSecurityTest {
  @TempDir Path folder;
  private Path model;
  private Terminal terminal;

  @BeforeEach
  void repository() throws IOException {
    model = folder.resolve("model");
    terminal = Terminal.inModel(model);
  }

  /** What people put into names and messages who mean harm, or who just have odd names. */
  static List<String> texts() {
    return List.of(
        "; touch pwned",
        "`touch pwned`",
        "$(touch pwned)",
        "a\nb",
        "nul\0nul",
        "\u001b[2J\u001b]0;title\u0007",
        "\u009b31m",
        "\u202egnp.exe",
        "zero\u200bwidth",
        "\ud83d\udc19",
        "\u0430dmin",
        "e\u0301",
        "\u00e9",
        "\ud800 alone",
        "%s%n%x%1$s${x}",
        "@file",
        "--help",
        "-rf",
        "../../evil",
        "..%2f..%2fevil",
        "/etc/passwd",
        "C:\\evil",
        ".git/config",
        "main.lock",
        "m".repeat(1_000_000));
  }

  private static void assertCalm(Terminal.Said said, String text) {
    assertThat(said.code()).as("%.80s: %s", text, said.err()).isIn(0, 1, 2);
    assertThat(said.err().lines().count()).as(said.err()).isLessThanOrEqualTo(1);
    // Whatever a terminal might act upon is escaped.
    for (String part : List.of(said.out(), said.err())) {
      assertThat(part.codePoints().filter(c -> c != '\n' && c != '\r'))
          .noneMatch(
              c ->
                  Character.getType(c) == Character.CONTROL
                      || Character.getType(c) == Character.FORMAT);
    }
    assertThat(said.err().length()).as("an error of bounded length").isLessThan(1000);
  }

  private Set<Path> outside() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return Set.copyOf(all.filter(path -> !path.startsWith(model.resolve(".coral"))).toList());
    }
  }

  @Test
  @DisplayName(
      "by names, revisions and messages, neither breaks, nor writes elsewhere, nor prints raw")
  void injection() throws IOException {
    Set<Path> before = outside();
    texts().forEach(this::inject);
    assertThat(outside()).isEqualTo(before);
    assertThat(terminal.fine("fsck")).contains("nothing is wrong");
  }

  private void inject(String text) {
    List<String[]> commands =
        List.of(
            new String[] {"branch", "--", text},
            new String[] {"tag", "-m", text, "--", text},
            new String[] {"checkout", "--", text},
            new String[] {"switch", "main"},
            new String[] {"rm", "--", text},
            new String[] {"rm", "a"},
            new String[] {"commit", "--author", text, "-m" + text},
            new String[] {"commit", "--note", "key=" + text, "-m" + text},
            new String[] {"log", "--", text},
            new String[] {"log"},
            new String[] {"show"},
            new String[] {"merge", "--", text},
            new String[] {text},
            new String[] {"branch"},
            new String[] {"tag"});
    for (String[] command : commands) {
      assertCalm(terminal.run(command), String.join(" ", command));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b[2J", "$(touch pwned)", "../../evil", "%s%n"})
  @DisplayName("by the values of options, neither breaks nor prints raw")
  void options(String text) throws IOException {
    Set<Path> before = outside();
    List<String[]> commands =
        List.of(
            new String[] {"switch", "-c", text},
            new String[] {"switch", "main"},
            new String[] {"log", "--graph", "--oneline"},
            new String[] {"show", "--", text},
            new String[] {"ls", "--name", text},
            new String[] {"ls", "--dtype", text},
            new String[] {"ls", "--shape", text},
            new String[] {"diff", "--", text, "HEAD"},
            new String[] {"merge", "-s", text, "main"},
            new String[] {"merge", "--into", text, "main"},
            new String[] {"revert", "--", text},
            new String[] {"cherry-pick", "--", text},
            new String[] {"config", "--", text},
            new String[] {"config", "--", "effort", text},
            new String[] {"config", "--preset", text},
            new String[] {"fsck", "--level", text},
            new String[] {"gc", "--grace", text},
            new String[] {"status"});
    for (String[] command : commands) {
      assertCalm(terminal.run(command), String.join(" ", command));
    }
    assertThat(outside()).isEqualTo(before);
  }

  @Test
  @DisplayName("by a pattern of a million characters, answers at once")
  void longPattern() {
    assertCalm(terminal.run("ls", "--name", "m".repeat(1_000_000)), "ls");
    assertCalm(terminal.run("ls", "--name", "*a".repeat(1000)), "ls");
  }

  @ParameterizedTest
  @MethodSource("texts")
  @DisplayName("by the name of a tensor, keeps it exactly or refuses it")
  void tensorNames(String text) throws IOException {
    if (text.indexOf('\ud800') >= 0) {
      return; // No file can hold it: it is no Unicode.
    }
    Set<Path> before = outside();
    Safetensors.write(model.resolve("in.safetensors"), Map.of(text, Terminal.tensor(7)), Map.of());
    Terminal.Said added = terminal.run("add", "in.safetensors");
    assertCalm(added, text);
    if (added.code() == 0) {
      terminal.fine("commit", "-m", "odd");
      try (Repository repository = Repository.open(model)) {
        assertThat(repository.snapshot("HEAD").tensor(text)).isEqualTo(Terminal.tensor(7));
      }
      for (String verb : List.of("status", "show", "ls", "diff")) {
        assertCalm(terminal.run(verb), text);
      }
      terminal.fine("export", "in.safetensors");
    }
    assertThat(outside()).isEqualTo(before);
  }

  @Test
  @DisplayName("by numbers beyond the limits of integers, refuses them in a sentence")
  void numbers() {
    List<String> commands =
        List.of(
            "log -n 2147483648",
            "log -n -1",
            "log -n 99999999999999999999",
            "ls --min-bytes 9223372036854775808",
            "ls --min-bytes -9223372036854775809",
            "ls --shape 9223372036854775807x2",
            "ls --shape 9223372036854775808",
            "ls --shape -1",
            "gc --grace 2147483648",
            "gc --grace -1",
            "gc --reflog-expiry -9223372036854775808",
            "config maxdepth 2147483648",
            "config packbytes 9223372036854775808",
            "config packbytes -1",
            "config gracedays 2147483647",
            "log HEAD~2147483648",
            "log HEAD~99999999999999999999",
            "log HEAD^2147483647",
            "merge -s weighted:1e999,1 main",
            "merge -s dare:0.5,1,9223372036854775808 main");
    for (String command : commands) {
      Terminal.Said said = terminal.run(command.split(" "));
      assertCalm(said, command);
      assertThat(said.code()).as(said.err() + said.out()).isEqualTo(2);
      assertThat(said.err()).hasLineCount(1).doesNotContain("Exception");
    }
  }

  @Test
  @DisplayName("with HEAD~2147483647, answers no at once instead of walking for ever")
  void far() {
    assertThat(terminal.run("log", "HEAD~2147483647").code()).isEqualTo(2);
  }

  @Test
  @DisplayName("by many command lines at once, loses none of their commits")
  void atOnce() throws Exception {
    int lines = 6;
    ExecutorService pool = Executors.newFixedThreadPool(lines);
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      String name = "t" + i;
      Safetensors.write(model.resolve(name), Map.of(name, Terminal.tensor(i)), Map.of());
      Files.move(model.resolve(name), model.resolve(name + ".safetensors"));
      tasks.add(() -> new Terminal(model, false).run("import", name + ".safetensors").code());
    }
    for (Future<Integer> each : pool.invokeAll(tasks)) {
      assertThat(each.get()).isZero();
    }
    pool.shutdown();
    assertThat(terminal.fine("ls")).contains("t0", "t1", "t2", "t3", "t4", "t5");
    assertThat(terminal.fine("log", "--oneline").lines()).hasSize(lines + 1);
  }

  @Test
  @DisplayName("reads no more than 1 MB of messages and notes, whatever is handed to it")
  void bombs() {
    String long_ = "x".repeat(2 << 20);
    terminal.fine("rm", "a");
    assertThat(terminal.run("commit", "-m", long_).code()).isEqualTo(2);
    assertThat(terminal.run("commit", "-m", "x", "--note", "k=" + long_).code()).isEqualTo(2);
    assertThat(terminal.run("tag", "v", "-m", long_).code()).isEqualTo(2);
    assertThat(long_.getBytes(StandardCharsets.UTF_8).length).isGreaterThan(1 << 20);
    assertThat(terminal.fine("log", "--oneline").lines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  @DisplayName("by a signal in the middle of a commit, is left whole and unlocked")
  @DisabledOnOs(OS.WINDOWS)
  void signals(String signal) throws Exception {
    float[] weights = new float[1 << 21];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    Safetensors.write(
        model.resolve("large.safetensors"), Map.of("large", Tensor.of(weights)), Map.of());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Coral.class.getName(),
                "import",
                "large.safetensors")
            .directory(model.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (process.isAlive() && isEmpty(model.resolve(".coral/tmp"))) {
      Thread.sleep(1);
    }
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    process.waitFor();
    assertThat(terminal.fine("fsck", "--level", "deep")).contains("nothing is wrong");
    assertThat(terminal.fine("log", "--oneline").lines().count()).isIn(1L, 2L);
    terminal.fine("rm", "a");
    terminal.fine("commit", "-m", "goes on");
  }

  private static boolean isEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
