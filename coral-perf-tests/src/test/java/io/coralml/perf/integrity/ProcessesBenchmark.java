package io.coralml.perf.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.ScratchRepository;
import io.coralml.perf.stress.ChildJvm;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Several processes at one repository, one of which is killed. */
@Tag("integrity")
@DisplayName("Integrity among processes")
class ProcessesBenchmark {
  private static final int HEAP_MB = 128;

  @TempDir Path folder;

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName(
      "Readers in other processes while one commits; then a writer killed and the repository whole")
  void readersAndKill(Metrics metrics, ProfileSettings settings) throws Exception {
    int readers = settings.choose(1, 2, 4, 8);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      Sequence.commit(repository, "main", 0);
      Path log = folder.resolve("writer.txt");
      List<Process> processes = new ArrayList<>();
      String path = scratch.folder().toString();
      Process writer =
          ChildJvm.start(HEAP_MB, log, Sequence.class, "write", path, "killed", "1000000");
      for (int i = 0; i < readers; i++) {
        processes.add(
            ChildJvm.start(
                HEAP_MB, folder.resolve("reader" + i), Sequence.class, "read", path, "main", "25"));
      }
      int commits = 0;
      while (processes.stream().anyMatch(Process::isAlive)) {
        Sequence.commit(repository, "main", ++commits);
      }
      awaitFirstLine(log, writer);
      writer.destroyForcibly().waitFor(); // in the middle of whatever it was doing
      for (int i = 0; i < readers; i++) {
        assertThat(processes.get(i).waitFor())
            .as("reader %d: %s", i, Files.readString(folder.resolve("reader" + i)))
            .isZero();
      }
      try (Repository fresh = Repository.open(scratch.folder())) {
        assertThat(fresh.fsck(FsckLevel.DEEP).findings()).isEmpty();
        int acknowledged = Sequence.acknowledged(log);
        assertThat(Sequence.verify(fresh, "killed")).isGreaterThanOrEqualTo(acknowledged);
        assertThat(Sequence.verify(fresh, "main")).isEqualTo(commits);
        metrics.addCount("acknowledged_before_the_kill", acknowledged, Better.NEITHER);
      }
      metrics.addCount("commits_beside_readers", commits, Better.NEITHER);
      metrics.addCount("reading_processes", readers, Better.NEITHER);
    }
  }

  private static void awaitFirstLine(Path log, Process writer) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Sequence.acknowledged(log) < 1 && System.nanoTime() < deadline) {
      assertThat(writer.isAlive()).as("writer: " + Files.readString(log)).isTrue();
      Thread.sleep(20);
    }
  }
}
