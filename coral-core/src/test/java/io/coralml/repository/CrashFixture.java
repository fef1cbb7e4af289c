package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.crash.CrashingStorage;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.io.Storage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** The repositories that lose power, and what is committed to them: the same in every run. */
final class CrashFixture {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

  private CrashFixture() {}

  /** Something done with a repository. */
  interface Use {
    void of(Repository repository);
  }

  static CrashingStorage prepared(Use use) {
    MemoryStorage storage = new MemoryStorage();
    try (Repository repository = Repository.init(storage, CLOCK)) {
      use.of(repository);
    }
    return CrashingStorage.over(storage);
  }

  static void with(Storage storage, Use use) {
    try (Repository repository = Repository.open(storage, CLOCK, Runnable::run)) {
      use.of(repository);
    }
  }

  static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, -seed, 0.5f * seed});
  }

  /** Tensors of which one is best stored as a delta against the other. */
  static Tensor big(int change) {
    float[] values = new float[200];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 12.9898);
    }
    values[7] += change;
    return Tensor.of(values);
  }

  static String name(int seed) {
    return "layer." + seed % 3;
  }

  static CommitId commit(Repository repository, String branch, int seed) {
    return repository.transaction(branch).put(name(seed), tensor(seed)).commit("commit " + seed);
  }

  /** Returns a commit that no reference stands for, whose packs have names that are not forced. */
  static CommitId killedBetweenNamesAndForces(MemoryStorage storage, String branch) {
    CommitId[] id = new CommitId[1];
    with(storage.copy(), repository -> id[0] = commit(repository, branch, 2));
    int operations = 0;
    while (!isThere(killedAfter(operations, storage.copy(), branch), id[0])) {
      operations++;
    }
    killedAfter(operations, storage, branch);
    return id[0];
  }

  private static MemoryStorage killedAfter(int operations, MemoryStorage storage, String branch) {
    FailingStorage failing = new FailingStorage(storage, operations, "killed");
    with(
        failing,
        repository -> assertThatThrownBy(() -> commit(repository, branch, 2)).hasMessage("killed"));
    return storage;
  }

  private static boolean isThere(MemoryStorage storage, CommitId id) {
    boolean[] there = new boolean[1];
    with(storage, repository -> there[0] = repository.history().contains(id));
    return there[0];
  }

  static void commit(CrashingStorage storage, Repository repository, String branch, int seed) {
    CommitId id = commit(repository, branch, seed);
    storage.acknowledge(new Promise.Committed(branch, id, name(seed), tensor(seed)));
  }
}
