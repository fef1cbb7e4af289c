package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Durable commits of small tensors by eight threads to one branch. How often a force is waited for
 * is counted at the door to the file system; how long the file system takes for one stands beside
 * it.
 */
@Tag("scalability")
@DisplayName("Group commit")
class GroupCommitBenchmark {
  private static final int THREADS = 8;
  private static final int SIDE = 16;

  /** Three steps of forces for a group of eight, and merges; a commit alone waits three times. */
  private static final double WAITS_MARK = 1.5;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Durable commits of small tensors at 8 threads (original: 62 to 85 per second)")
  @Expect(metric = "commits_per_second", value = 1000)
  void smallTensors(Metrics metrics, ProfileSettings settings) throws Exception {
    int each = settings.measured() ? settings.choose(100, 200, 200, 200) : 10;
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Path folder = Files.createDirectory(scratch.folder().resolve("counted"));
      Forces forces = new Forces();
      try (Repository repository =
          Repository.init(forces.counted(FileStorage.open(folder)), Clock.systemUTC())) {
        commit(repository, "warm-up", each, settings);
        long waits = forces.waits();
        long files = forces.forced();
        long begun = System.nanoTime();
        metrics.time("all_commits_ns", () -> commit(repository, "weight", each, settings));
        double commits = THREADS * (double) each;
        double seconds = (System.nanoTime() - begun) / 1e9;
        double waitsPerCommit = (forces.waits() - waits) / commits;
        metrics.value("commits_per_second", commits / seconds, "1/s", Better.HIGHER);
        metrics.value("waits_for_forces_per_commit", waitsPerCommit, "", Better.LOWER);
        metrics.value("forces_per_commit", (forces.forced() - files) / commits, "", Better.LOWER);
        metrics.value("force_us", forceMicros(folder), "us", Better.NEITHER);
        assertThat(waitsPerCommit)
            .as("waits for forces per commit")
            .isLessThanOrEqualTo(WAITS_MARK);
        verify(repository, each, settings);
      }
    }
  }

  private static void commit(
      Repository repository, String prefix, int each, ProfileSettings settings) throws Exception {
    List<Callable<Integer>> writers = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int writer = thread;
      writers.add(
          () -> {
            for (int i = 0; i < each; i++) {
              repository
                  .transaction("main")
                  .put(prefix + "." + writer + "." + i % 50, tensor(writer, i, settings))
                  .commit("commit " + i);
            }
            return each;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      for (Future<Integer> done : pool.invokeAll(writers)) {
        assertThat(done.get()).isEqualTo(each);
      }
    } finally {
      pool.shutdown();
    }
  }

  private static void verify(Repository repository, int each, ProfileSettings settings) {
    Snapshot snapshot = repository.snapshot("main");
    for (int writer = 0; writer < THREADS; writer++) {
      for (int i = Math.max(0, each - 50); i < each; i++) {
        assertThat(snapshot.tensor("weight." + writer + "." + i % 50))
            .isEqualTo(tensor(writer, i, settings));
      }
    }
    assertThat(repository.log("main")).hasSize(2 * THREADS * each);
  }

  /** Returns how long the file system takes to make a small new file durable. */
  private static double forceMicros(Path folder) throws Exception {
    int files = 20;
    long nanos = 0;
    for (int i = 0; i < files; i++) {
      Path file = folder.resolve("force." + i);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.allocate(8192));
        long begun = System.nanoTime();
        channel.force(true);
        nanos += System.nanoTime() - begun;
      }
      Files.delete(file);
    }
    return nanos / 1e3 / files;
  }

  private static Tensor tensor(int writer, int i, ProfileSettings settings) {
    SplittableRandom random = new SplittableRandom(settings.seed() + 100_003L * writer + i);
    float[] values = new float[SIDE * SIDE];
    for (int at = 0; at < values.length; at++) {
      values[at] = (float) (random.nextDouble() - 0.5);
    }
    return Tensor.of(values, SIDE, SIDE);
  }
}
