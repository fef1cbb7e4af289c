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
    return run(command(heapMegabytes, program, arguments), program);
  }

  /**
   * Runs the main class of a jar to its end.
   *
   * @param program which class that is, for messages
   */
  public static Ended runJar(int heapMegabytes, Path jar, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = java(heapMegabytes);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return run(command, program);
  }

  /**
   * Runs a program in a JVM that is as large from the start as it gets: the heap is resident as a
   * whole, and the compiler is the one that needs little memory. So what grows is the program's.
   */
  public static Ended runSettled(int heapMegabytes, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = command(heapMegabytes, program, arguments);
    command.addAll(
        1, List.of("-Xms" + heapMegabytes + "m", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1"));
    return run(command, program);
  }

  private static Ended run(List<String> command, Class<?> program)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("coral-child", ".txt");
    try {
      return await(start(command, output), output, program);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static Ended await(Process process, Path output, Class<?> program)
      throws IOException, InterruptedException {
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new IOException(program.getSimpleName() + " did not end in " + MINUTES + " minutes");
    }
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
  }

  /**
   * Runs a program that may hold only so many files open, by a shell that sets the limit.
   *
   * @throws IOException if there is no shell, too
   */
  static Ended runWithFiles(int limit, int heapMegabytes, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n \"$0\" && exec \"$@\""));
    command.add(Integer.toString(limit));
    command.addAll(command(heapMegabytes, program, arguments));
    return run(command, program);
  }

  /** Starts a program. */
  public static Process start(int heapMegabytes, Path output, Class<?> program, String... arguments)
      throws IOException {
    return start(command(heapMegabytes, program, arguments), output);
  }

  private static List<String> command(int heapMegabytes, Class<?> program, String... arguments) {
    List<String> command = java(heapMegabytes);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static List<String> java(int heapMegabytes) {
    String home = System.getProperty("java.home");
    return new ArrayList<>(
        List.of(
            Path.of(home, "bin", "java").toString(),
            "-Xmx" + heapMegabytes + "m",
            "-XX:+UseSerialGC"));
  }

  private static Process start(List<String> command, Path output) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }
}
