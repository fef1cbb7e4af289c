package io.coralml.perf.scale;

import com.sun.management.OperatingSystemMXBean;
import io.coralml.io.FileStorage;
import io.coralml.perf.qa.Squares;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;

/** Commits to a branch of its own and tells what that took; a program, one of several at once. */
public final class CommitProcess {
  static final String READY = "ready";
  private static final int SIDE = 100;

  private CommitProcess() {}

  /** Returns what a process puts by its commit of that number. */
  public static Tensor state(long seed, int commit) {
    return Squares.random(SIDE, seed + commit);
  }

  /**
   * Commits once, says that it is ready, waits for a line, commits so often as it is told, and
   * prints what it took as five numbers.
   *
   * @param arguments folder of the repository, branch, number of commits, seed
   */
  public static void main(String[] arguments) throws IOException {
    String branch = arguments[1];
    int commits = Integer.parseInt(arguments[2]);
    long seed = Long.parseLong(arguments[3]);
    WatchedStorage storage =
        new WatchedStorage(FileStorage.open(Path.of(arguments[0]).resolve(Repository.DIRECTORY)));
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      repository.transaction(branch).put("t", state(seed, 0)).commit("0");
      System.out.println(READY);
      if (System.in.read() < 0) {
        throw new IOException("Nobody waits for this process any more.");
      }
      OperatingSystemMXBean system =
          (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long cpu = system.getProcessCpuTime();
      long force = storage.forceNanos();
      long lock = storage.lockNanos();
      long pauses = pauseMillis();
      long start = System.nanoTime();
      for (int i = 1; i <= commits; i++) {
        repository.transaction(branch).put("t", state(seed, i)).commit(Integer.toString(i));
      }
      System.out.printf(
          "%d %d %d %d %d%n",
          System.nanoTime() - start,
          system.getProcessCpuTime() - cpu,
          storage.forceNanos() - force,
          storage.lockNanos() - lock,
          (pauseMillis() - pauses) * 1_000_000);
    }
  }

  private static long pauseMillis() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionTime)
        .sum();
  }
}
