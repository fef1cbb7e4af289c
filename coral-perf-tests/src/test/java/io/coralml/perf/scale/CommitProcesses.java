package io.coralml.perf.scale;

import io.coralml.perf.stress.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Several {@link CommitProcess}es that commit to one repository at the same time. */
public final class CommitProcesses {
  private static final int HEAP_MB = 128;
  private static final long HANGS_NANOS = TimeUnit.MINUTES.toNanos(3);

  private CommitProcesses() {}

  /** What one process took from the moment all were ready, in nanoseconds. */
  private record Took(double wall, double cpu, double force, double lock, double pauses) {
    static Took of(String line) {
      String[] words = line.split(" ", -1);
      double[] nanos = new double[words.length];
      for (int i = 0; i < words.length; i++) {
        nanos[i] = Double.parseDouble(words[i]);
      }
      return new Took(nanos[0], nanos[1], nanos[2], nanos[3], nanos[4]);
    }
  }

  /**
   * What they did together.
   *
   * @param perSecond commits, all processes together
   * @param bottleneck what the time went to; for forces and locks, on average over the processes
   */
  public record Done(double perSecond, Bottleneck bottleneck) {}

  /** Returns the branch of a process. */
  public static String branch(int process) {
    return "process-" + process;
  }

  /** Returns the seed of a process. */
  public static long seed(long seed, int process) {
    return seed + 10_000L * process;
  }

  /**
   * Lets processes commit.
   *
   * @param logs an empty folder for what they print
   * @param commits of each
   */
  public static Done run(Path repository, Path logs, int processes, int commits, long seed)
      throws IOException, InterruptedException {
    List<Process> all = new ArrayList<>();
    try {
      for (int i = 0; i < processes; i++) {
        all.add(
            ChildJvm.start(
                HEAP_MB,
                logs.resolve(branch(i)),
                CommitProcess.class,
                repository.toString(),
                branch(i),
                Integer.toString(commits),
                Long.toString(seed(seed, i))));
      }
      for (int i = 0; i < processes; i++) {
        awaitReady(all.get(i), logs.resolve(branch(i)));
      }
      for (Process process : all) {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      }
      List<Took> took = new ArrayList<>();
      for (int i = 0; i < processes; i++) {
        took.add(result(all.get(i), logs.resolve(branch(i))));
      }
      return done(took, commits);
    } finally {
      all.forEach(Process::destroyForcibly);
    }
  }

  private static void awaitReady(Process process, Path log)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + HANGS_NANOS;
    while (!Files.readString(log).startsWith(CommitProcess.READY)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("A process did not get ready: " + Files.readString(log));
      }
      Thread.sleep(5);
    }
  }

  private static Took result(Process process, Path log) throws IOException, InterruptedException {
    boolean ended = process.waitFor(HANGS_NANOS, TimeUnit.NANOSECONDS);
    List<String> lines = Files.readAllLines(log);
    if (!ended || process.exitValue() != 0) {
      throw new IOException("A process did not commit: " + String.join(" ", lines));
    }
    return Took.of(lines.get(lines.size() - 1));
  }

  private static Done done(List<Took> took, int commits) {
    double wall = took.stream().mapToDouble(Took::wall).max().orElseThrow();
    int cores = Runtime.getRuntime().availableProcessors();
    double cpu = took.stream().mapToDouble(Took::cpu).sum() / (wall * cores);
    Bottleneck bottleneck =
        new Bottleneck(
            Map.of(
                Bottleneck.Resource.CPU, Math.min(1, cpu),
                Bottleneck.Resource.ALLOCATION, average(took.stream().map(t -> t.pauses / t.wall)),
                Bottleneck.Resource.FORCE, average(took.stream().map(t -> t.force / t.wall)),
                Bottleneck.Resource.LOCK_WAIT, average(took.stream().map(t -> t.lock / t.wall))));
    return new Done(took.size() * commits / (wall / 1e9), bottleneck);
  }

  private static double average(java.util.stream.Stream<Double> shares) {
    return Math.min(1, shares.mapToDouble(Double::doubleValue).average().orElseThrow());
  }
}
