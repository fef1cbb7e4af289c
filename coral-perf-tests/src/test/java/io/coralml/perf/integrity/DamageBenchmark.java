package io.coralml.perf.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.ConflictException;
import io.coralml.CoralException;
import io.coralml.history.CommitId;
import io.coralml.io.FileStorage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.ScratchRepository;
import io.coralml.perf.qa.Squares;
import io.coralml.perf.scale.WatchedStorage;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.MergeResult;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Damage to any file of a repository: detected, or harmless; never a wrong weight. */
@Tag("integrity")
@DisplayName("Integrity under damage")
class DamageBenchmark {
  private static final double[] PLACES = {0.1, 0.25, 0.5, 0.75, 0.9};
  private static final int TENSORS = 4;

  @TempDir Path folder;

  private static Tensor tensor(int number, long seed) {
    return Squares.random(40, seed + number);
  }

  /** Makes a repository of two commits, the second a fine-tune of the first. */
  private static void fill(Repository repository, long seed) {
    for (int commit = 0; commit < 2; commit++) {
      var transaction = repository.transaction("main");
      for (int i = 0; i < TENSORS; i++) {
        transaction.put("t" + i, state(commit, i, seed));
      }
      transaction.commit("commit " + commit);
    }
  }

  private static Tensor state(int commit, int number, long seed) {
    Tensor base = tensor(number, seed);
    return commit == 0 ? base : Squares.sparse(base, 0.01, 100, seed + 100 + number);
  }

  /** What a file is damaged by. */
  private enum Damage {
    TRUNCATE,
    FLIP,
    ZERO;

    byte[] of(byte[] bytes, int at) {
      if (this == TRUNCATE) {
        return java.util.Arrays.copyOf(bytes, at);
      }
      byte[] damaged = bytes.clone();
      damaged[at] = this == FLIP ? (byte) ~damaged[at] : 0;
      return damaged;
    }
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName(
      "Power failure and checksums: every file cut, flipped and zeroed at .1 .25 .5 .75 .9")
  void everyFile(Metrics metrics, ProfileSettings settings) throws IOException {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      fill(scratch.repository(), settings.seed());
      int detected = 0;
      int harmless = 0;
      for (Path file : filesOf(scratch.folder().resolve(Repository.DIRECTORY))) {
        byte[] whole = Files.readAllBytes(file);
        for (double place : whole.length == 0 ? new double[0] : PLACES) {
          for (Damage damage : Damage.values()) {
            byte[] damaged = damage.of(whole, (int) (place * whole.length));
            Files.write(file, damaged);
            boolean found = isDetected(scratch.folder(), settings.seed());
            detected += found ? 1 : 0;
            harmless += found ? 0 : 1;
            Files.write(file, whole);
          }
        }
      }
      metrics.addCount("damages", (long) detected + harmless, Better.NEITHER);
      metrics.addCount("damages_detected", detected, Better.NEITHER);
      metrics.addCount("damages_harmless", harmless, Better.NEITHER);
      assertThat(detected).as("damages that were detected").isPositive();
      try (Repository healed = Repository.open(scratch.folder())) {
        assertThat(healed.fsck(FsckLevel.DEEP).findings()).isEmpty();
      }
    }
  }

  private static List<Path> filesOf(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /**
   * Reads everything anew. Damage is detected when something is refused; it is harmless when every
   * weight is exact; anything else fails.
   */
  private static boolean isDetected(Path folder, long seed) {
    try (Repository repository = Repository.open(folder)) {
      String head = repository.resolve("main").toString();
      List<String> commits = List.of(repository.resolve(head + "~1").toString(), head);
      for (int commit = 0; commit < commits.size(); commit++) {
        for (int i = 0; i < TENSORS; i++) {
          assertThat(repository.snapshot(commits.get(commit)).tensor("t" + i))
              .as("a weight read from a damaged repository")
              .isEqualTo(state(commit, i, seed));
        }
      }
      return false;
    } catch (CoralException e) {
      assertThat(e.getMessage()).as("what is said about the damage").isNotBlank();
      return true;
    }
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName(
      "Atomicity: a commit refused at any byte leaves what was there, and other branches alone")
  void atomicity(Metrics metrics, ProfileSettings settings) {
    int refused = 0;
    for (long allowance = 0; allowance < 12_000; allowance += 2_000) {
      try (ScratchRepository scratch = ScratchRepository.create()) {
        Path directory = scratch.folder().resolve(Repository.DIRECTORY);
        WatchedStorage storage = new WatchedStorage(FileStorage.open(directory));
        try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
          CommitId before = repository.transaction("main").put("t", tensor(1, 1)).commit("one");
          repository.branches().create("other", before);
          storage.limit(storage.written() + allowance);
          boolean failed = false;
          try {
            repository.transaction("main").put("t", tensor(2, settings.seed())).commit("two");
          } catch (CoralException e) {
            failed = true;
          }
          storage.limit(Long.MAX_VALUE);
          refused += failed ? 1 : 0;
          Tensor expected = failed ? tensor(1, 1) : tensor(2, settings.seed());
          assertThat(repository.snapshot("main").tensor("t")).isEqualTo(expected);
          assertThat(repository.resolve("other")).isEqualTo(before);
          assertThat(repository.snapshot("other").tensor("t")).isEqualTo(tensor(1, 1));
          assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
        }
      }
    }
    metrics.addCount("refused_commits", refused, Better.NEITHER);
    assertThat(refused).as("commits that were refused").isPositive();
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Version control: both sides change one tensor, and neither is lost")
  void bothSides(Metrics metrics, ProfileSettings settings) {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      long seed = settings.seed();
      CommitId base = repository.transaction("main").put("t", tensor(0, seed)).commit("base");
      repository.branches().create("other", base);
      var late = repository.transaction("main").put("t", tensor(3, seed));
      repository.transaction("main").put("t", tensor(1, seed)).commit("ours");
      repository.transaction("other").put("t", tensor(2, seed)).commit("theirs");
      assertThatThrownBy(() -> late.commit("too late")).isInstanceOf(ConflictException.class);
      MergeResult result = repository.merge("other").into("main").run();
      assertThat(result.isDone()).as("merged without a decision").isFalse();
      assertThat(result.conflicts()).as("conflicts").hasSize(1);
      assertThat(repository.snapshot("main").tensor("t")).isEqualTo(tensor(1, seed));
      assertThat(repository.snapshot("other").tensor("t")).isEqualTo(tensor(2, seed));
      metrics.addCount("conflicts_detected", 2, Better.NEITHER);
    }
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Backup: a copy taken while others commit, an increment to it, and a restore")
  void backup(Metrics metrics, ProfileSettings settings) throws Exception {
    long seed = settings.seed();
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      fill(repository, seed);
      Path copy = folder.resolve("copy");
      int first = copy(scratch.folder(), copy);
      String head = repository.resolve("main").toString();
      repository.transaction("main").put("late", tensor(9, seed)).commit("later");
      try (Repository restored = Repository.open(copy)) {
        assertThat(restored.resolve("main").toString()).isEqualTo(head);
        for (int i = 0; i < TENSORS; i++) {
          assertThat(restored.snapshot("main").tensor("t" + i)).isEqualTo(state(1, i, seed));
        }
      }
      int increment = copy(scratch.folder(), copy);
      try (Repository restored = Repository.open(copy)) {
        assertThat(restored.snapshot("main").tensor("late")).isEqualTo(tensor(9, seed));
        assertThat(restored.fsck(FsckLevel.DEEP).findings()).isEmpty();
      }
      metrics.addCount("files_copied", first, Better.NEITHER);
      metrics.addCount("files_of_increment", increment, Better.LOWER);
      assertThat(increment).as("files of an increment").isLessThan(first + 1);
    }
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Backup: zipped while others commit, unpacked elsewhere; a zip cut short is refused")
  void zip(Metrics metrics, ProfileSettings settings) throws Exception {
    long seed = settings.seed();
    Path archive = folder.resolve("backup.zip");
    try (ScratchRepository scratch = ScratchRepository.create()) {
      fill(scratch.repository(), seed);
      ZipBackup.write(
          scratch.folder(),
          archive,
          () -> scratch.repository().transaction("main").put("late", tensor(9, seed)).commit("x"));
      metrics.rawBytes(scratch.bytesOnDisk());
    }
    metrics.storedBytes(Files.size(archive));
    Path unpacked = ZipBackup.read(archive, folder.resolve("unpacked"));
    try (Repository restored = Repository.open(unpacked)) {
      assertThat(restored.fsck(FsckLevel.DEEP).findings()).isEmpty();
      for (int i = 0; i < TENSORS; i++) {
        assertThat(restored.snapshot("main").tensor("t" + i)).isEqualTo(state(1, i, seed));
      }
      restored.transaction("main").put("after", tensor(10, seed)).commit("it goes on");
      assertThat(restored.snapshot("main").tensor("after")).isEqualTo(tensor(10, seed));
    }
    byte[] whole = Files.readAllBytes(archive);
    Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ZipBackup.read(archive, folder.resolve("cut")))
        .isInstanceOf(IOException.class);
  }

  /**
   * Copies what is new or changed; returns how many files. References go first: what they lead to
   * was there before them.
   */
  private static int copy(Path from, Path to) throws IOException {
    int copied = 0;
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isRegularFile(path)
            && (!Files.exists(target) || Files.mismatch(path, target) >= 0)) {
          Files.createDirectories(target.getParent());
          Files.copy(path, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
          copied++;
        }
      }
    }
    return copied;
  }
}
