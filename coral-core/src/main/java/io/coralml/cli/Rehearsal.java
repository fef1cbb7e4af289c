package io.coralml.cli;

import io.coralml.format.Safetensors;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Goes once through the usual commands, in a repository that is thrown away, so that the JVM can
 * archive the classes they load. The launcher script runs it the first time it is called.
 */
final class Rehearsal {
  private static final List<String> COMMANDS =
      List.of(
          "init",
          "add a.safetensors",
          "status",
          "commit -m first",
          "add b.safetensors",
          "status",
          "commit -m second",
          "log",
          "log --graph --oneline",
          "show",
          "ls",
          "diff",
          "branch side HEAD~1",
          "branch",
          "stats",
          "log --json",
          "status --json");

  private Rehearsal() {}

  /** Runs the commands; arguments are not looked at. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("coral-rehearsal");
    try {
      write(folder.resolve("a.safetensors"), 1);
      write(folder.resolve("b.safetensors"), 1.5f);
      PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
      Shell shell =
          new Shell(nowhere, nowhere, Map.of("CORAL_AUTHOR", "x <x>"), folder, Screen.UNWATCHED);
      COMMANDS.forEach(command -> Coral.execute(shell, command.split(" ")));
    } finally {
      delete(folder);
    }
  }

  private static void write(Path file, float value) {
    Map<String, Tensor> tensors = Map.of("w", Tensor.of(new float[] {value, 2, 3}));
    Safetensors.write(file, tensors, Map.of("format", "pt"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
