package io.coralml.repository;

import static io.coralml.repository.CrashFixture.CLOCK;
import static io.coralml.repository.CrashFixture.big;
import static io.coralml.repository.CrashFixture.commit;
import static io.coralml.repository.CrashFixture.killedBetweenNamesAndForces;
import static io.coralml.repository.CrashFixture.prepared;
import static io.coralml.repository.CrashFixture.tensor;
import static io.coralml.repository.CrashFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.CrashingStorage;
import io.coralml.history.CommitId;
import io.coralml.merge.MergeStrategies;
import io.coralml.pack.PackFormat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.CountDownLatch;

/** What is going on when the power is cut. */
enum CrashScenario {
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
            for (int i = 3; i < 5; i++) {
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
            repository.transaction("main").remove(CrashFixture.name(5)).commit("removed");
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
                new Promise.Committed("main", merged, CrashFixture.name(1), tensor(1)));
            storage.acknowledge(new Promise.Joined("main", found, CrashFixture.name(2), tensor(2)));
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
  /** A branch is deleted, and its log with it. */
  DELETION(5) {
    @Override
    CrashingStorage prepare() {
      return prepared(
          repository -> {
            CommitId base = commit(repository, "main", 1);
            repository.branches().create("side", base);
            commit(repository, "side", 2);
          });
    }

    @Override
    void run(CrashingStorage storage) {
      with(
          storage,
          repository -> {
            repository.branches().delete("side");
            storage.acknowledge(new Promise.Deleted("side"));
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
          });
    }
  },
  /** Packs of both kinds are merged while commits go on, and change places between two of them. */
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

  CrashScenario(int states) {
    this(states, 0);
  }

  CrashScenario(int states, int branchesAtOldCommits) {
    this.states = states;
    this.branchesAtOldCommits = branchesAtOldCommits;
  }

  /** Returns how many states an exploration must reach. */
  int states() {
    return states;
  }

  /** Returns how many branches are made at commits whose files are durable already. */
  int branchesAtOldCommits() {
    return branchesAtOldCommits;
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
