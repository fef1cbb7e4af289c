package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clean-up without any grace, one run after the other, through a repository of its own, while
 * others commit. What is cleaned away are branches that come and go and hold the very tensors that
 * the writers are about to commit: put again while doomed, they must be saved.
 */
@DisplayName("Invariant 6 under load")
class CleaningUnderLoadTest {
  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger writing = new AtomicInteger();

  private void run(int writers, int commits) throws InterruptedException, ExecutionException {
    writing.set(writers);
    try (Repository repository = Repository.init(folder)) {
      List<Future<List<Acknowledged>>> committing = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int writer = i;
        committing.add(threads.submit(() -> commit(repository, writer, commits)));
      }
      Future<Integer> coming = threads.submit(() -> comeAndGo(repository, writers));
      Future<Integer> cleaning = threads.submit(this::clean);
      List<Acknowledged> acknowledged = new ArrayList<>();
      for (Future<List<Acknowledged>> each : committing) {
        acknowledged.addAll(each.get());
      }
      assertThat(coming.get()).isPositive();
      assertThat(cleaning.get()).isPositive();
      assertThat(Writers.verify(repository, acknowledged)).isEqualTo(writers * commits);
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  private List<Acknowledged> commit(Repository repository, int writer, int commits) {
    try {
      List<Acknowledged> acknowledged = new ArrayList<>();
      for (int i = 0; i < commits; i++) {
        acknowledged.add(Writers.commit(repository, writer, i));
      }
      return acknowledged;
    } finally {
      writing.decrementAndGet();
    }
  }

  /** Makes branches with tensors the writers are about to commit, and deletes them again. */
  private int comeAndGo(Repository repository, int writers) {
    int rounds = 0;
    do {
      String branch = "passing-" + rounds;
      Transaction transaction = repository.transaction(branch);
      for (int writer = 0; writer < writers; writer++) {
        transaction.put("passing." + writer, Writers.tensor(writer, rounds));
      }
      transaction.commit("soon gone");
      repository.branches().delete(branch);
      rounds++;
    } while (writing.get() > 0);
    return rounds;
  }

  private int clean() {
    int runs = 0;
    try (Repository own = Repository.open(folder)) {
      do {
        own.gc(GcOptions.immediate());
        runs++;
      } while (writing.get() > 0);
    }
    return runs;
  }

  @Test
  @DisplayName("what one process knew and another one cleaned away is written again when it is due")
  void forgotten() {
    try (Repository one = Repository.init(folder);
        Repository other = Repository.open(folder)) {
      one.transaction("main").put("a", Writers.tensor(0, 0)).commit("main");
      one.transaction("passing").put("b", Writers.tensor(0, 1)).commit("soon gone");
      assertThat(one.snapshot("passing").tensor("b")).isEqualTo(Writers.tensor(0, 1));
      other.branches().delete("passing");
      assertThat(other.gc(GcOptions.immediate()).historyObjects()).isPositive();
      one.transaction("main").put("b", Writers.tensor(0, 1)).commit("again");
      assertThat(other.snapshot("main").tensor("b")).isEqualTo(Writers.tensor(0, 1));
      assertThat(other.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  }

  @Test
  @DisplayName("clean-up takes nothing that a commit holds: 3 writers, 10 commits each")
  void few() throws InterruptedException, ExecutionException {
    run(3, 10);
  }

  @Test
  @Tag("stress")
  @DisplayName("clean-up takes nothing that a commit holds: 8 writers, 40 commits each")
  void many() throws InterruptedException, ExecutionException {
    run(8, 40);
  }
}
