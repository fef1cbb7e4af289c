package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The user's and the system's git configuration are none of a repository's business. */
@Tag("security")
@DisplayName("The command line in a home of its user")
class HomeTest {
  @TempDir Path folder;
  private Path home;
  private Path model;
  private String path = System.getenv("PATH");

  @BeforeEach
  void makeModel() throws IOException {
    home = Files.createDirectory(folder.resolve("home"));
    model = Files.createDirectory(folder.resolve("model"));
    Safetensors.write(
        model.resolve("w.safetensors"), Map.of("w", Tensor.of(new float[] {1, 2})), Map.of());
  }

  @Test
  @DisplayName("that is empty works and leaves it empty")
  void empty() throws Exception {
    start(Several.class, "init", "add w.safetensors", "commit -m first");
    assertThat(run("log")).contains("first").contains("Author: Ada <ada@example.org>");
    assertThat(inside(home)).isEmpty();
  }

  @Test
  @DisplayName("that is read-only works")
  void readOnly() throws Exception {
    // As root nothing is read-only, so what is held is that nothing was written, either.
    assertThat(home.toFile().setWritable(false)).isTrue();
    commit();
    assertThat(home.toFile().setWritable(true)).isTrue();
    assertThat(inside(home)).isEmpty();
  }

  @Test
  @DisplayName("that holds a broken git configuration does not read it")
  void brokenConfiguration() throws Exception {
    Files.writeString(home.resolve(".gitconfig"), "[core\n\tnonsense = [[\n");
    commit();
    assertThat(inside(home)).containsExactly(home.resolve(".gitconfig"));
  }

  @Test
  @DisplayName("runs no program, neither git nor another")
  void noPrograms() throws Exception {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    for (String name : new String[] {"git", "sh", "bash", "uname", "cygpath"}) {
      Path program =
          Files.writeString(programs.resolve(name), "#!/bin/sh\necho ran > '" + home + "/ran'\n");
      assertThat(program.toFile().setExecutable(true)).isTrue();
    }
    path = programs.toString();
    commit();
    assertThat(inside(home)).isEmpty();
  }

  /** The same as the first test does, in one process: it is the home that matters here. */
  private void commit() throws Exception {
    String output = start(Several.class, "init", "add w.safetensors", "commit -m first", "log");
    assertThat(output).contains("first").contains("Author: Ada <ada@example.org>");
  }

  /** Runs several commands; each argument is one. */
  static final class Several {
    private Several() {}

    /** Ends with the exit code of the first command that fails. */
    public static void main(String[] commands) {
      PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
      Shell shell =
          new Shell(out, out, System.getenv(), Path.of("").toAbsolutePath(), Screen.UNWATCHED);
      for (String command : commands) {
        int code = Coral.execute(shell, command.split(" "));
        out.flush();
        if (code != 0) {
          System.exit(code);
        }
      }
    }
  }

  private String run(String... arguments) throws Exception {
    return start(Coral.class, arguments);
  }

  private String start(Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-Duser.home=" + home);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(model.toFile());
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_CONFIG_HOME", home.resolve(".config").toString());
    builder.environment().put("PATH", path);
    builder.environment().put("CORAL_AUTHOR", "Ada <ada@example.org>");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s said: %s", List.of(arguments), output).isZero();
    return output;
  }

  private static List<Path> inside(Path home) throws IOException {
    try (Stream<Path> files = Files.list(home)) {
      return files.toList();
    }
  }
}
