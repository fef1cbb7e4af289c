package io.coralml.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.StorageException;
import io.coralml.io.FileStorage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.ScratchRepository;
import io.coralml.perf.qa.Room;
import io.coralml.perf.qa.Squares;
import io.coralml.perf.scale.WatchedStorage;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Too little memory and too little disk: what is refused, and that nothing acknowledged is lost.
 */
@Tag("stress")
@DisplayName("Stress by scarcity")
class ScarcityBenchmark {
  private static final int COMMITS_OF_CHILD = 30;
  private static final int CHILD_HEAP_MB = 64;

  /** What a JVM needs for its class path lies somewhere among them. */
  private static final List<Integer> FILE_LIMITS = List.of(512, 256, 192, 160, 128, 96, 64, 48);

  private static final List<Integer> FEW_LIMITS = List.of(512, 128, 64);

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Disk full: commits until it is, then goes on when there is space again")
  void diskFull(Metrics metrics, ProfileSettings settings) {
    long quota = (settings.measured() ? 2L * settings.scale() : 1L) << 20;
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Path directory = scratch.folder().resolve(Repository.DIRECTORY);
      WatchedStorage storage = new WatchedStorage(FileStorage.open(directory));
      try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
        List<String> acknowledged = new ArrayList<>();
        storage.limit(quota);
        StorageException refusal = commitUntilRefused(repository, acknowledged, settings);
        assertThat(refusal).hasMessageContaining("full");
        int full = acknowledged.size();
        verify(repository, acknowledged, settings.seed());
        storage.limit(Long.MAX_VALUE);
        acknowledged.add(commit(repository, full, settings.seed()));
        verify(repository, acknowledged, settings.seed());
        metrics.value("reached", (double) storage.written(), "B", Better.NEITHER);
        metrics.addCount("acknowledged_commits", full, Better.HIGHER);
        assertThat(full).as("commits before the disk was full").isPositive();
      }
      // A process of its own would see the same.
      try (Repository fresh = Repository.open(scratch.folder())) {
        assertThat(fresh.fsck(FsckLevel.DEEP).findings()).isEmpty();
      }
    }
  }

  private static StorageException commitUntilRefused(
      Repository repository, List<String> acknowledged, ProfileSettings settings) {
    try {
      for (int i = 0; i < 10_000; i++) {
        acknowledged.add(commit(repository, i, settings.seed()));
      }
    } catch (StorageException e) {
      return e;
    }
    throw new AssertionError("10,000 commits went onto a disk that has no room for them.");
  }

  private static String commit(Repository repository, int number, long seed) {
    return repository
        .transaction("main")
        .put("t", tensor(number, seed))
        .commit("commit " + number)
        .toString();
  }

  private static Tensor tensor(int number, long seed) {
    return Squares.random(200, seed + number);
  }

  private static void verify(Repository repository, List<String> commits, long seed) {
    for (int i = 0; i < commits.size(); i++) {
      assertThat(repository.snapshot(commits.get(i)).tensor("t"))
          .as("commit " + i)
          .isEqualTo(tensor(i, seed));
    }
  }

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Memory pressure: the least heap that stores and reads a tensor larger than it")
  void smallHeap(Metrics metrics, ProfileSettings settings) throws Exception {
    long bytes = (settings.measured() ? settings.choose(48L, 128L, 256L, 1024L) : 32L) << 20;
    Room.requireDisk(2 * bytes);
    List<Integer> heaps =
        settings.measured()
            ? settings.choose(
                List.of(32),
                List.of(64, 48, 32, 24, 16),
                List.of(64, 48, 32, 24, 16),
                List.of(64, 48, 32, 24, 16))
            : List.of(24);
    int least = 0;
    for (int heap : heaps) {
      try (ScratchRepository scratch = ScratchRepository.create()) {
        ChildJvm.Ended child =
            ChildJvm.run(heap, StoreLarge.class, scratch.folder().toString(), Long.toString(bytes));
        assertThat(child.exitCode())
            .as("exit code with a heap of %d MB: %s", heap, child.output())
            .isIn(StoreLarge.STORED, StoreLarge.OUT_OF_MEMORY);
        // Whichever it was, the repository is sound and goes on.
        try (Repository repository = Repository.open(scratch.folder())) {
          assertThat(repository.fsck(FsckLevel.STRUCTURE).findings()).isEmpty();
          Tensor tensor = Squares.random(50, settings.seed());
          repository.transaction("after").put("t", tensor).commit("recovered");
          assertThat(repository.snapshot("after").tensor("t")).isEqualTo(tensor);
        }
        if (child.exitCode() == StoreLarge.OUT_OF_MEMORY) {
          break;
        }
        least = heap;
      }
    }
    metrics.addBytes("tensor_bytes", bytes, Better.NEITHER);
    metrics.value("reached", least, "MB", Better.LOWER);
    assertThat(least).as("a heap in MB that was enough for %d bytes", bytes).isPositive();
  }

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @Tag("security")
  @DisplayName(
      "Open files: the least limit at which a process commits, and what it leaves below it")
  void openFiles(Metrics metrics, ProfileSettings settings) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the limit is set by a shell");
    int commits = settings.measured() ? COMMITS_OF_CHILD : 2;
    List<Integer> limits =
        settings.measured()
            ? settings.choose(FEW_LIMITS, FEW_LIMITS, FILE_LIMITS, FILE_LIMITS)
            : FEW_LIMITS.subList(0, 1);
    int least = 0;
    for (int limit : limits) {
      try (ScratchRepository scratch = ScratchRepository.create()) {
        ChildJvm.Ended child =
            ChildJvm.runWithFiles(
                limit,
                CHILD_HEAP_MB,
                CommitMany.class,
                scratch.folder().toString(),
                Integer.toString(commits),
                Long.toString(settings.seed()));
        List<String> acknowledged =
            child.output().lines().filter(line -> line.matches("[0-9a-f]{40,64}")).toList();
        assertThat(child.exitCode() == CommitMany.DONE)
            .as("with %d files: %s", limit, child.output())
            .isEqualTo(acknowledged.size() == commits);
        goesOn(scratch.folder(), acknowledged, settings.seed());
        if (child.exitCode() != CommitMany.DONE) {
          break;
        }
        least = limit;
      }
    }
    metrics.value("reached", least, "open files", Better.LOWER);
    assertThat(least).as("a limit of open files that was enough").isPositive();
  }

  /** Whatever became of the process: what it acknowledged is there, and nothing is damaged. */
  private static void goesOn(Path folder, List<String> acknowledged, long seed) {
    try (Repository repository = Repository.open(folder)) {
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
      for (int i = 0; i < acknowledged.size(); i++) {
        assertThat(repository.snapshot(acknowledged.get(i)).tensor("t"))
            .as("commit " + i)
            .isEqualTo(Squares.random(50, seed + i));
      }
      repository.transaction("after").put("t", tensor(0, seed)).commit("recovered");
      assertThat(repository.snapshot("after").tensor("t")).isEqualTo(tensor(0, seed));
    }
  }
}
