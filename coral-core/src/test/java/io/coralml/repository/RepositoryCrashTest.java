package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.NotFoundException;
import io.coralml.crash.CrashExplorer;
import io.coralml.crash.CrashReport;
import io.coralml.crash.CrashingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.ReflogEntry;
import io.coralml.io.Storage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Invariants 2, 3 and 4: after a power loss at any moment")
class RepositoryCrashTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  /** What the program was told is safe. */
  private sealed interface Promise {
    /** The repository exists. */
    record Made() implements Promise {}

    /** A commit was acknowledged. */
    record Committed(String branch, CommitId id, String name, Tensor tensor) implements Promise {}

    /** A branch was made or moved. */
    record Branched(String name, CommitId at) implements Promise {}
  }

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, -seed, 0.5f * seed});
  }

  private static CommitId commit(
      CrashingStorage storage, Repository repository, String branch, int seed) {
    String name = "layer." + seed % 3;
    CommitId id = repository.transaction(branch).put(name, tensor(seed)).commit("commit " + seed);
    storage.acknowledge(new Promise.Committed(branch, id, name, tensor(seed)));
    return id;
  }

  /** The repository opens, holds all that was promised and nothing by halves, and goes on. */
  private static void intact(MemoryStorage left, List<Object> promised) {
    if (promised.isEmpty() && !opens(left)) {
      Repository.init(left, CLOCK).close();
    }
    try (Repository repository = Repository.open(left, CLOCK)) {
      promised.forEach(each -> kept(repository, (Promise) each));
      wholeHistory(repository);
      CommitId more = repository.transaction("main").put("after", tensor(99)).commit("goes on");
      assertThat(repository.snapshot(more).tensor("after")).isEqualTo(tensor(99));
    }
  }

  private static boolean opens(Storage left) {
    try {
      Repository.open(left, CLOCK).close();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static void kept(Repository repository, Promise promise) {
    if (promise instanceof Promise.Committed committed) {
      CommitId head = repository.branches().find(committed.branch()).orElseThrow();
      assertThat(repository.history().isAncestor(committed.id(), head)).isTrue();
      assertThat(repository.snapshot(committed.id()).tensor(committed.name()))
          .isEqualTo(committed.tensor());
      assertThat(repository.history().reflog(Optional.of(committed.branch())))
          .extracting(ReflogEntry::after)
          .contains(Optional.of(committed.id()));
      if (committed.branch().equals("main")) {
        assertThat(repository.history().reflog(Optional.empty()))
            .extracting(ReflogEntry::after)
            .contains(Optional.of(committed.id()));
      }
    } else if (promise instanceof Promise.Branched branched) {
      CommitId head = repository.branches().find(branched.name()).orElseThrow();
      assertThat(repository.history().isAncestor(branched.at(), head)).isTrue();
      assertThat(repository.history().reflog(Optional.of(branched.name()))).isNotEmpty();
    }
  }

  private static void wholeHistory(Repository repository) {
    for (String branch : repository.branches().all().keySet()) {
      for (Commit commit : repository.log(branch)) {
        assertThat(repository.snapshot(commit.id()).infos()).isNotEmpty();
      }
      Snapshot head = repository.snapshot(branch);
      head.names().forEach(name -> assertThat(head.tensor(name)).isNotNull());
    }
    repository.staging().status();
  }

  private static CrashingStorage fromTheFirstMoment(int more) {
    CrashingStorage storage = new CrashingStorage();
    try (Repository repository = Repository.init(storage, CLOCK)) {
      storage.acknowledge(new Promise.Made());
      use(storage, repository, more);
    }
    return storage;
  }

  private static CrashingStorage behindInit() {
    MemoryStorage prepared = new MemoryStorage();
    Repository.init(prepared, CLOCK).close();
    CrashingStorage storage = CrashingStorage.over(prepared);
    try (Repository repository = Repository.open(storage, CLOCK)) {
      use(storage, repository, 1);
    }
    return storage;
  }

  private static void use(CrashingStorage storage, Repository repository, int more) {
    CommitId first = commit(storage, repository, "main", 1);
    commit(storage, repository, "main", 2);
    repository.branches().create("side", first);
    storage.acknowledge(new Promise.Branched("side", first));
    for (int i = 3; i < 3 + more; i++) {
      commit(storage, repository, i % 4 == 0 ? "side" : "main", i);
    }
  }

  private static CrashingStorage whileMergingPacks() {
    MemoryStorage prepared = new MemoryStorage();
    try (Repository repository = Repository.init(prepared, CLOCK)) {
      for (int i = 1; i <= 6; i++) {
        repository.transaction().put("layer." + i % 3, tensor(i)).commit("commit " + i);
      }
    }
    CrashingStorage storage = CrashingStorage.over(prepared);
    try (Repository repository = Repository.open(storage, CLOCK)) {
      for (int i = 7; i <= 8; i++) {
        commit(storage, repository, "main", i);
      }
    }
    return storage;
  }

  @Test
  @DisplayName("of init and the first commits, every acknowledged commit is whole and exact")
  void commits() {
    CrashReport report =
        new CrashExplorer(fromTheFirstMoment(9)).explore(RepositoryCrashTest::intact);
    assertThat(report.states()).as("%s", report).isGreaterThan(1000);
  }

  @Test
  @DisplayName("while packs are merged, every acknowledged commit is whole and exact")
  void packMerges() {
    CrashReport report =
        new CrashExplorer(whileMergingPacks()).explore(RepositoryCrashTest::intact);
    assertThat(report.states()).as("%s", report).isGreaterThan(100);
  }

  @Test
  @DisplayName("and without any one of the forces that would not be so")
  void everyForceMatters() {
    CrashExplorer explorer = new CrashExplorer(behindInit());
    List<String> unnoticed = new ArrayList<>(explorer.unnoticedForces(RepositoryCrashTest::intact));
    assertThat(explorer.forces()).isGreaterThan(20);
    assertThat(unnoticed).isEmpty();
  }
}
