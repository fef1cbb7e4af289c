package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.Kills;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("security")
@Tag("integrity")
@DisplayName("A process that is killed")
class KillTest {
  private static final int WRITERS = 3;
  private static final long SEED = 20_260_301;

  @TempDir Path folder;

  @Test
  @DisplayName("invariant 3: in the midst of commits takes none with it that was acknowledged")
  void committing() throws IOException, InterruptedException {
    int kills = Kills.ofCommits();
    Random random = new Random(SEED);
    List<Acknowledged> acknowledged = new ArrayList<>();
    int writer = 0;
    for (int kill = 0; kill < kills; kill++) {
      try (CommitterProcess process =
          CommitterProcess.start(folder, writer, WRITERS, Integer.MAX_VALUE)) {
        process.awaitStarted();
        process.awaitAcknowledged(random.nextInt(12));
        // Not to wait for anything: to be killed at another point of a commit each time.
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(10)));
        process.kill();
        acknowledged.addAll(process.acknowledged());
      }
      writer += WRITERS;
      acknowledged.add(takeOver(acknowledged, writer));
      writer++;
    }
    try (Repository repository = Repository.open(folder)) {
      Writers.verify(repository, acknowledged);
    }
  }

  /** What the next process finds and can do: nothing is locked, nothing is lost. */
  private Acknowledged takeOver(List<Acknowledged> acknowledged, int writer) {
    try (Repository repository = Repository.openOrInit(folder)) {
      Acknowledged mine = Writers.commit(repository, writer, 0);
      if (!acknowledged.isEmpty()) {
        Acknowledged newest = acknowledged.get(acknowledged.size() - 1);
        assertThat(repository.history().isAncestor(newest.id(), mine.id())).isTrue();
      }
      return mine;
    }
  }

  @Test
  @DisplayName("in the midst of a repack or a clean-up loses nothing that is reached")
  void cleaning() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    try (Repository repository = Repository.init(folder)) {
      CleanerMain.prepare(repository);
    }
    int kills = Kills.elsewhere(2, 1);
    for (int kill = 0; kill < kills; kill++) {
      try (CommitterProcess process =
          CommitterProcess.start(CleanerMain.class, folder.toString())) {
        process.awaitStarted();
        // Two commits, a repack, a clean-up, and over again: hit somewhere inside.
        process.awaitLines(3 + random.nextInt(6));
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(15)));
        assertThat(process.isAlive()).isTrue();
        process.kill();
      }
      try (Repository repository = Repository.open(folder)) {
        int member = CleanerMain.FAMILY;
        for (Tensor tensor : CleanerMain.family(repository)) {
          member--;
          assertThat(tensor).isEqualTo(CleanerMain.member(member));
        }
        assertThat(member).isZero();
        assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("in the midst of a merge of packs or of rebuilding the index leaves every commit")
  void merging() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    List<Acknowledged> acknowledged = new ArrayList<>();
    int writer = 0;
    int kills = Kills.elsewhere(2, 2);
    for (int kill = 0; kill < kills; kill++) {
      String moment = kill % 2 == 0 ? MergerMain.MERGING : MergerMain.INDEXING;
      try (CommitterProcess process =
          CommitterProcess.start(MergerMain.class, folder.toString(), Integer.toString(writer++))) {
        process.awaitStarted();
        process.awaitLine(moment);
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(8)));
        process.kill();
        acknowledged.addAll(process.acknowledged());
      }
      acknowledged.add(takeOver(acknowledged, writer++));
      try (Repository repository = Repository.open(folder)) {
        assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
      }
    }
    try (Repository repository = Repository.open(folder)) {
      Writers.verify(repository, acknowledged);
    }
  }

  @Test
  @DisplayName("while it makes a repository leaves one that works, or none and room for one")
  void making() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    int kills = Kills.elsewhere(4, 2);
    for (int kill = 0; kill < kills; kill++) {
      Path fresh = folder.resolve("repository-" + kill);
      List<Acknowledged> acknowledged = new ArrayList<>();
      try (CommitterProcess process = CommitterProcess.start(fresh, 0, 1, Integer.MAX_VALUE)) {
        process.awaitStarted();
        LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(200)));
        process.kill();
        acknowledged.addAll(process.acknowledged());
      }
      try (Repository repository = Repository.openOrInit(fresh)) {
        acknowledged.add(Writers.commit(repository, 1, 0));
        Writers.verify(repository, acknowledged);
      }
    }
  }
}
