package io.coralml.perf.stress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program on this JVM's class path, in a JVM of its own. */
public final class ChildJvm {
  private static final int MINUTES = 5;

  private ChildJvm() {}

  /** How it ended, and what it wrote. */
  public record Ended(int exitCode, String output) {}

  /**
   * Runs a program to its end.
   *
   * @param heapMegabytes the greatest heap it may have
   */
  public static Ended run(int heapMegabytes, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("coral-child", ".txt");
    try {
      Process process = start(heapMegabytes, output, program, arguments);
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new IOException(program.getSimpleName() + " did not end in " + MINUTES + " minutes");
      }
      return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  /** Starts a program. */
  public static Process start(int heapMegabytes, Path output, Class<?> program, String... arguments)
      throws IOException {
    String home = System.getProperty("java.home");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(home, "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
