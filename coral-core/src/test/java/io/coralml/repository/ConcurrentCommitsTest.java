package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.ConflictException;
import io.coralml.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Threads that commit to one branch at once")
class ConcurrentCommitsTest {
  @TempDir Path folder;
  private Repository repository;
  private ExecutorService threads;

  @BeforeEach
  void init() {
    repository = Repository.init(folder);
    threads = Executors.newCachedThreadPool();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    repository.close();
  }

  /** A thread's part: what it does with its number. */
  private interface Part<T> {
    T of(int thread) throws Exception;
  }

  /** Runs all parts at once and returns their results in order. */
  private <T> List<T> together(int count, Part<T> part)
      throws InterruptedException, ExecutionException {
    CyclicBarrier start = new CyclicBarrier(count);
    List<Callable<T>> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int thread = i;
      parts.add(
          () -> {
            start.await();
            return part.of(thread);
          });
    }
    List<T> results = new ArrayList<>();
    for (Future<T> each : threads.invokeAll(parts)) {
      results.add(each.get());
    }
    return results;
  }

  private static List<Acknowledged> commits(Repository repository, int writer, int commits) {
    List<Acknowledged> acknowledged = new ArrayList<>();
    for (int i = 0; i < commits; i++) {
      acknowledged.add(Writers.commit(repository, writer, i));
    }
    return acknowledged;
  }

  private void writers(int count, int commits) throws InterruptedException, ExecutionException {
    List<Acknowledged> acknowledged = new ArrayList<>();
    AtomicBoolean writing = new AtomicBoolean(true);
    Future<Integer> cleaning = threads.submit(() -> cleanWhile(writing));
    try {
      together(count, writer -> commits(repository, writer, commits)).forEach(acknowledged::addAll);
    } finally {
      writing.set(false);
    }
    assertThat(cleaning.get()).as("clean-ups meanwhile").isPositive();
    assertThat(Writers.verify(repository, acknowledged)).isEqualTo(count * commits);
    try (Repository again = Repository.open(folder)) {
      assertThat(Writers.verify(again, acknowledged)).isEqualTo(count * commits);
    }
  }

  private int cleanWhile(AtomicBoolean writing) {
    int count = 0;
    do {
      repository.gc(GcOptions.immediate());
      count++;
    } while (writing.get());
    return count;
  }

  @Test
  @DisplayName("lose nothing while others clean up: 8 threads, 10 commits each")
  void few() throws InterruptedException, ExecutionException {
    writers(8, 10);
  }

  @Test
  @Tag("stress")
  @DisplayName("lose nothing while others clean up: 64 threads, 20 commits each")
  void many() throws InterruptedException, ExecutionException {
    writers(64, 20);
  }

  @Test
  @DisplayName("lose nothing through repositories of their own, opened on one folder")
  void ownRepositories() throws InterruptedException, ExecutionException {
    List<Acknowledged> acknowledged = new ArrayList<>();
    together(
            4,
            writer -> {
              try (Repository own = Repository.open(folder)) {
                return commits(own, writer, 6);
              }
            })
        .forEach(acknowledged::addAll);
    assertThat(Writers.verify(repository, acknowledged)).isEqualTo(24);
  }

  @Test
  @DisplayName("never overwrite each other: a counter that all of them raise misses no step")
  void noLostUpdate() throws InterruptedException, ExecutionException {
    repository.transaction("main").put("counter", Tensor.of(new float[] {0, -1})).commit("zero");
    together(
        6,
        thread -> {
          for (int i = 0; i < 8; i++) {
            raise(thread);
          }
          return thread;
        });
    assertThat(repository.snapshot("main").tensor("counter").toFloats()[0]).isEqualTo(48);
    assertThat(repository.log("main")).hasSize(49);
  }

  /** Raises the counter; who raised it makes two equal steps of two threads different changes. */
  private void raise(int thread) {
    while (true) {
      Transaction transaction = repository.transaction("main");
      float count = repository.snapshot("main").tensor("counter").toFloats()[0];
      try {
        transaction.put("counter", Tensor.of(new float[] {count + 1, thread})).commit("raise");
        return;
      } catch (ConflictException e) {
        assertThat(e.names()).containsExactly("counter");
      }
    }
  }

  @Test
  @DisplayName("never disturb readers: whatever snapshot they take is whole")
  void readers() throws InterruptedException, ExecutionException {
    repository
        .transaction("main")
        .put("a", Tensor.of(new float[] {0}))
        .put("b", Tensor.of(new float[] {0}))
        .commit("0");
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Integer> reads =
        together(
            4,
            thread -> {
              if (thread == 0) {
                try {
                  return pairs();
                } finally {
                  writing.set(false);
                }
              }
              int count = 0;
              for (boolean more = true; more; count++) {
                more = writing.get();
                Snapshot snapshot = repository.snapshot("main");
                assertThat(snapshot.tensor("a")).isEqualTo(snapshot.tensor("b"));
              }
              return count;
            });
    assertThat(reads).allMatch(count -> count > 0);
    assertThat(repository.snapshot("main").tensor("a").toFloats()).containsExactly(40);
  }

  /** Commits two tensors that are always equal. */
  private int pairs() {
    for (int i = 1; i <= 40; i++) {
      Tensor tensor = Tensor.of(new float[] {i});
      repository.transaction("main").put("a", tensor).put("b", tensor).commit("pair " + i);
    }
    return 40;
  }
}
