package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.NotFoundException;
import io.coralml.crash.CrashCheck;
import io.coralml.crash.CrashExplorer;
import io.coralml.crash.CrashReport;
import io.coralml.crash.CrashingStorage;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.history.ReflogEntry;
import io.coralml.io.Storage;
import io.coralml.merge.MergeStrategies;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Goes through what a power loss leaves behind of everything that writes. Each scenario says how
 * many states it must reach, so that an exploration which has become shallow fails; the operations,
 * prefixes and states stand in the name of the assertion.
 */
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

    /** A commit became part of a branch by a merge. */
    record Joined(String branch, CommitId id, String name, Tensor tensor) implements Promise {}

    /** A branch was there before and is left alone. */
    record Kept(String name, CommitId at) implements Promise {}
  }

  /** What is going on when the power is cut. */
  enum Scenario {
    /** A repository is made. */
    INIT(30) {
      @Override
      void run(CrashingStorage storage) {
        Repository.init(storage, CLOCK).close();
        storage.acknowledge(new Promise.Made());
      }
    },
    /** The very first commit of a repository. */
    FIRST_COMMIT(100) {
      @Override
      CrashingStorage prepare() {
        return prepared(repository -> {});
      }

      @Override
      void run(CrashingStorage storage) {
        with(storage, repository -> commit(storage, repository, "main", 1));
      }
    },
    /** Commits to a branch that moves meanwhile, and to a new one. */
    COMMITS(1000, 1) {
      @Override
      CrashingStorage prepare() {
        return prepared(repository -> commit(repository, "main", 1));
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> {
              CommitId first = repository.resolve("main");
              Transaction late = repository.transaction("main").put("late", tensor(50));
              commit(storage, repository, "main", 2);
              CommitId moved = late.commit("on a branch that has moved");
              storage.acknowledge(new Promise.Committed("main", moved, "late", tensor(50)));
              repository.branches().create("side", first);
              storage.acknowledge(new Promise.Branched("side", first));
              for (int i = 3; i < 6; i++) {
                commit(storage, repository, i % 2 == 0 ? "side" : "main", i);
              }
            });
      }
    },
    /**
     * A branch is made at a commit whose writer was killed when its packs had their names, before
     * these were forced.
     */
    OF_A_KILLED_WRITER(20) {
      @Override
      CrashingStorage prepare() {
        return prepared(repository -> commit(repository, "main", 1));
      }

      @Override
      void run(CrashingStorage storage) {
        CommitId found = killedBetweenNamesAndForces(storage, "main");
        with(
            storage,
            repository -> {
              repository.branches().create("side", found);
              storage.acknowledge(new Promise.Branched("side", found));
            });
      }
    },
    /** A commit that a killed writer named but did not force is merged, and nothing taken of it. */
    MERGE_OF_A_KILLED_WRITER(20) {
      @Override
      CrashingStorage prepare() {
        return prepared(
            repository -> {
              commit(repository, "main", 1);
              CommitId base = commit(repository, "main", 5);
              repository.branches().create("side", base);
              repository.transaction("main").remove(RepositoryCrashTest.name(5)).commit("removed");
            });
      }

      @Override
      void run(CrashingStorage storage) {
        CommitId found = killedBetweenNamesAndForces(storage, "side");
        with(
            storage,
            repository -> {
              CommitId merged =
                  repository
                      .merge(found.hex())
                      .into("main")
                      .using(MergeStrategies.ours())
                      .run()
                      .commit()
                      .orElseThrow();
              storage.acknowledge(
                  new Promise.Committed("main", merged, RepositoryCrashTest.name(1), tensor(1)));
              storage.acknowledge(
                  new Promise.Joined("main", found, RepositoryCrashTest.name(2), tensor(2)));
            });
      }
    },
    /** A commit of several packs. */
    LARGE_COMMIT(100) {
      @Override
      CrashingStorage prepare() {
        return prepared(
            repository ->
                repository.configure(RepositoryOptions.defaults().with("packbytes", "200")));
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> {
              Transaction transaction = repository.transaction("main");
              for (int i = 0; i < 6; i++) {
                transaction.put("part." + i, tensor(i));
              }
              CommitId id = transaction.commit("large");
              storage.acknowledge(new Promise.Committed("main", id, "part.0", tensor(0)));
              storage.acknowledge(new Promise.Committed("main", id, "part.5", tensor(5)));
            });
      }
    },
    /** Several threads share one group of commits. */
    GROUP(100) {
      @Override
      CrashingStorage prepare() {
        return prepared(repository -> commit(repository, "main", 1));
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> Writers.inOneGroup(repository, 3, i -> group(storage, repository, i)));
      }

      private static void group(CrashingStorage storage, Repository repository, int thread) {
        String name = "thread." + thread;
        CommitId id =
            repository.transaction("main").put(name, tensor(20 + thread)).commit("of a group");
        storage.acknowledge(new Promise.Committed("main", id, name, tensor(20 + thread)));
      }
    },
    /** Branches are merged: by a commit, and by moving forward. */
    MERGE(300, 1) {
      @Override
      CrashingStorage prepare() {
        return prepared(
            repository -> {
              CommitId base = commit(repository, "main", 1);
              repository.branches().create("side", base);
              repository.transaction("main").put("both", tensor(30)).commit("left");
              repository
                  .transaction("side")
                  .put("both", tensor(32))
                  .put("theirs", tensor(33))
                  .commit("right");
            });
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> {
              CommitId merged =
                  repository
                      .merge("side")
                      .into("main")
                      .using(MergeStrategies.average())
                      .run()
                      .commit()
                      .orElseThrow();
              storage.acknowledge(new Promise.Committed("main", merged, "theirs", tensor(33)));
              storage.acknowledge(new Promise.Committed("main", merged, "both", tensor(31)));
              repository.merge("main").into("side").run();
              storage.acknowledge(new Promise.Branched("side", merged));
            });
      }
    },
    /** A clean-up without grace: logs, history and packs are written anew. */
    GC(1000) {
      @Override
      CrashingStorage prepare() {
        return prepared(
            repository -> {
              CommitId base = commit(repository, "main", 1);
              for (int i = 0; i < 4; i++) {
                repository.branches().create("abandoned", base);
                repository
                    .transaction("abandoned")
                    .put("b", tensor(40 + i))
                    .put("c", tensor(44 + i))
                    .commit("to be abandoned");
                repository.branches().delete("abandoned");
                commit(repository, "main", 2 + i);
              }
              repository.branches().create("gone", base);
              repository.transaction("gone").put("big", big(0)).commit("a base that goes");
              repository.branches().create("kept", repository.resolve("gone"));
              repository.transaction("kept").put("big", big(1)).commit("a delta that stays");
              repository.branches().delete("gone");
            });
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> {
              CommitId kept = repository.resolve("kept");
              storage.acknowledge(new Promise.Kept("kept", kept));
              assertThat(repository.gc(GcOptions.immediate()).tensors().removed()).isPositive();
              commit(storage, repository, "main", 8);
            });
      }
    },
    /** So many small packs that both kinds are merged. */
    PACK_MERGE(100) {
      @Override
      CrashingStorage prepare() {
        return prepared(
            repository -> {
              for (int i = 1; i <= 15; i++) {
                commit(repository, "main", i);
              }
            });
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> {
              int packs = repository.store().stats().packs();
              int gitPacks = repository.history().packCount();
              commit(storage, repository, "main", 16);
              assertThat(repository.store().stats().packs()).isLessThan(packs);
              assertThat(repository.history().packCount()).isLessThan(gitPacks);
              commit(storage, repository, "main", 17);
            });
      }
    },
    /**
     * Packs of both kinds are merged while commits go on, and change places between two of them.
     */
    MERGE_BESIDE_COMMITS(200) {
      @Override
      CrashingStorage prepare() {
        return PACK_MERGE.prepare();
      }

      @Override
      void run(CrashingStorage storage) {
        CountDownLatch committed = new CountDownLatch(1);
        try (Repository repository = Repository.open(storage, pausing(committed))) {
          commit(storage, repository, "main", 16);
          commit(storage, repository, "main", 17);
          committed.countDown();
          commit(storage, repository, "main", 18);
        }
        assertThat(storage.list("packs")).filteredOn(PackFormat::isPackName).hasSizeLessThan(5);
      }

      /** A clock that makes whoever merges wait when he has copied. */
      private static Clock pausing(CountDownLatch committed) {
        return new Clock() {
          @Override
          public Instant instant() {
            if (Thread.currentThread().getName().equals("coral-housekeeping")) {
              try {
                committed.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            }
            return CLOCK.instant();
          }

          @Override
          public ZoneId getZone() {
            return CLOCK.getZone();
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return CLOCK.withZone(zone);
          }
        };
      }
    },
    /** The index of packs is rebuilt, and damage is looked for and repaired. */
    INDEX(20) {
      @Override
      CrashingStorage prepare() {
        return prepared(
            repository -> {
              commit(repository, "main", 1);
              commit(repository, "main", 2);
            });
      }

      @Override
      void run(CrashingStorage storage) {
        with(
            storage,
            repository -> {
              repository.store().rebuildIndex();
              repository.fsck(FsckLevel.DEEP);
              commit(storage, repository, "main", 3);
            });
      }
    };

    private final int states;
    private final int branchesAtOldCommits;

    Scenario(int states) {
      this(states, 0);
    }

    Scenario(int states, int branchesAtOldCommits) {
      this.states = states;
      this.branchesAtOldCommits = branchesAtOldCommits;
    }

    CrashingStorage prepare() {
      return new CrashingStorage();
    }

    abstract void run(CrashingStorage storage);

    CrashingStorage recorded() {
      CrashingStorage storage = prepare();
      run(storage);
      return storage;
    }
  }

  /** Something done with a repository. */
  private interface Use {
    void of(Repository repository);
  }

  private static CrashingStorage prepared(Use use) {
    MemoryStorage storage = new MemoryStorage();
    try (Repository repository = Repository.init(storage, CLOCK)) {
      use.of(repository);
    }
    return CrashingStorage.over(storage);
  }

  private static void with(Storage storage, Use use) {
    try (Repository repository = Repository.open(storage, CLOCK, Runnable::run)) {
      use.of(repository);
    }
  }

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, -seed, 0.5f * seed});
  }

  /** Tensors of which one is best stored as a delta against the other. */
  private static Tensor big(int change) {
    float[] values = new float[200];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * 12.9898);
    }
    values[7] += change;
    return Tensor.of(values);
  }

  private static String name(int seed) {
    return "layer." + seed % 3;
  }

  private static CommitId commit(Repository repository, String branch, int seed) {
    return repository.transaction(branch).put(name(seed), tensor(seed)).commit("commit " + seed);
  }

  /** Returns a commit that no reference stands for, whose packs have names that are not forced. */
  private static CommitId killedBetweenNamesAndForces(MemoryStorage storage, String branch) {
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

  private static void commit(
      CrashingStorage storage, Repository repository, String branch, int seed) {
    CommitId id = commit(repository, branch, seed);
    storage.acknowledge(new Promise.Committed(branch, id, name(seed), tensor(seed)));
  }

  /** The repository opens, holds all that was promised and nothing by halves, and goes on. */
  private static void intact(MemoryStorage left, List<Object> promised) {
    if (promised.isEmpty() && !opens(left)) {
      Repository.init(left, CLOCK).close();
    }
    with(
        left,
        repository -> {
          promised.forEach(each -> kept(repository, (Promise) each));
          wholeHistory(repository);
          CommitId more = repository.transaction("main").put("after", tensor(99)).commit("goes on");
          assertThat(repository.snapshot(more).tensor("after")).isEqualTo(tensor(99));
        });
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
      logged(repository, Optional.of(committed.branch()), committed.id());
      if (committed.branch().equals("main")) {
        logged(repository, Optional.empty(), committed.id());
      }
    } else if (promise instanceof Promise.Joined joined) {
      CommitId head = repository.branches().find(joined.branch()).orElseThrow();
      assertThat(repository.history().isAncestor(joined.id(), head)).isTrue();
      assertThat(repository.snapshot(joined.id()).tensor(joined.name())).isEqualTo(joined.tensor());
    } else if (promise instanceof Promise.Branched branched) {
      CommitId head = repository.branches().find(branched.name()).orElseThrow();
      assertThat(repository.history().isAncestor(branched.at(), head)).isTrue();
      logged(repository, Optional.of(branched.name()), branched.at());
    } else if (promise instanceof Promise.Kept kept) {
      assertThat(repository.branches().find(kept.name())).contains(kept.at());
    }
  }

  private static void logged(Repository repository, Optional<String> branch, CommitId id) {
    assertThat(repository.history().reflog(branch))
        .extracting(ReflogEntry::after)
        .contains(Optional.of(id));
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

  @ParameterizedTest(name = "{0}: every acknowledged commit is whole and exact")
  @EnumSource(Scenario.class)
  void survives(Scenario scenario) {
    CrashReport report =
        new CrashExplorer(scenario.recorded()).explore(RepositoryCrashTest::intact);
    assertThat(report.states()).as("%s", report).isGreaterThanOrEqualTo(scenario.states);
  }

  /**
   * Of two who force the same directory one may cover for the other, so {@link
   * Scenario#MERGE_BESIDE_COMMITS} does not take part; {@link Scenario#PACK_MERGE} has its forces.
   */
  @ParameterizedTest(name = "{0}: without any one of the forces that would not be so")
  @EnumSource(value = Scenario.class, mode = Mode.EXCLUDE, names = "MERGE_BESIDE_COMMITS")
  void everyForceMatters(Scenario scenario) {
    CrashExplorer explorer = new CrashExplorer(scenario.recorded());
    CrashCheck check = RepositoryCrashTest::intact;
    // Directories that init makes are made again by whoever misses one, so only its files matter.
    List<String> unnoticed = explorer.unnoticedForces(check);
    if (scenario == Scenario.INIT) {
      assertThat(unnoticed).allMatch(force -> force.contains("force of directory"));
    } else if (scenario == Scenario.OF_A_KILLED_WRITER
        || scenario == Scenario.MERGE_OF_A_KILLED_WRITER) {
      // The reference that he had prepared never got its name.
      assertThat(unnoticed).hasSize(1).allMatch(force -> force.contains("force of 'tmp/"));
    } else {
      // A branch that is put at a commit somebody else wrote forces its names again. Only where
      // that one was killed it matters.
      assertThat(unnoticed).hasSize(scenario.branchesAtOldCommits * 2);
      assertThat(unnoticed).allMatch(force -> force.contains("force of directory"));
      assertThat(unnoticed).allMatch(force -> force.contains("pack"));
    }
    assertThat(explorer.forces()).isPositive();
  }

  @Test
  @DisplayName("a force that is taken away is noticed: the exploration is deep enough to say so")
  void forcesAreCounted() {
    assertThat(new CrashExplorer(Scenario.COMMITS.recorded()).forces()).isGreaterThan(20);
  }
}
