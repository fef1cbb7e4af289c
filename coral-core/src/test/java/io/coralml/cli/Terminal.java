package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in a folder, in this process, and gives back what they said. */
final class Terminal {
  private final Path folder;
  private final Screen screen;
  private final Map<String, String> environment = new HashMap<>();

  /**
   * @param watched whether the commands are to believe that people watch
   */
  Terminal(Path folder, boolean watched) {
    this.folder = folder;
    this.screen = watched ? Screen.WATCHED : Screen.UNWATCHED;
    environment.put("CORAL_AUTHOR", "Ada <ada@example.org>");
  }

  /** Makes a folder whose repository has one commit of one tensor, and stands in it. */
  static Terminal inModel(Path folder) throws IOException {
    Terminal terminal = new Terminal(Files.createDirectory(folder), false);
    terminal.fine("init");
    terminal.commit("first", Map.of("a", tensor(1, 2)));
    return terminal;
  }

  /** Makes a tensor of f32. */
  static Tensor tensor(float... values) {
    return Tensor.of(values);
  }

  /** What a command said, and its exit code. */
  record Said(int code, String out, String err) {}

  Terminal with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Said run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Shell shell =
        new Shell(new PrintWriter(out), new PrintWriter(err), environment, folder, screen);
    int code = Coral.execute(shell, arguments);
    return new Said(code, out.toString(), err.toString());
  }

  /** Runs a command that must succeed, and returns what it printed. */
  String fine(String... arguments) {
    Said said = run(arguments);
    assertThat(said.code()).as(said.err()).isZero();
    return said.out();
  }

  /** Adds a file of tensors and commits it. */
  void commit(String message, Map<String, Tensor> tensors) {
    Safetensors.write(folder.resolve("in.safetensors"), tensors, Map.of());
    fine("add", "in.safetensors");
    fine("commit", "-m", message);
  }
}
