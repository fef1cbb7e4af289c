package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.StorageException;
import io.coralml.history.CommitId;
import io.coralml.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A thread that is interrupted")
class InterruptedTest {
  private static final long SEED = 20_261_125;
  private static final int COMMITS = 60;

  @TempDir Path folder;
  private Repository repository;

  @BeforeEach
  void init() {
    repository = Repository.init(folder);
    repository.transaction("main").put("first", tensor(-1)).commit("first");
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, 0.5f * seed, 1});
  }

  @Test
  @DisplayName("before it commits learns whether it has committed, and keeps its interrupt")
  void beforeCommit() {
    CommitId before = repository.resolve("main");
    Transaction transaction = repository.transaction("main").put("second", tensor(2));
    Thread.currentThread().interrupt();
    CommitId after = before;
    try {
      after = transaction.commit("second");
    } catch (StorageException e) {
      assertThat(e).hasMessageContaining("interrupted");
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(repository.resolve("main")).isEqualTo(after);
    goesOn();
  }

  @Test
  @DisplayName("before it loads is told so and keeps its interrupt; others read the same files on")
  void beforeLoad() {
    Snapshot snapshot = repository.snapshot("main");
    assertThat(snapshot.tensor("first")).isEqualTo(tensor(-1));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> snapshot.tensor("first"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(snapshot.tensor("first")).isEqualTo(tensor(-1));
    goesOn();
  }

  @Test
  @DisplayName("at any moment of its commits has committed what it was told, and nothing else")
  void whileCommitting() throws InterruptedException {
    List<String> told = new ArrayList<>();
    List<Throwable> unexpected = new ArrayList<>();
    Thread committing = new Thread(() -> commitAll(told));
    committing.setUncaughtExceptionHandler((any, failure) -> unexpected.add(failure));
    committing.start();
    Random random = new Random(SEED);
    while (committing.isAlive()) {
      LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(4)));
      committing.interrupt();
    }
    committing.join();
    assertThat(unexpected).isEmpty();
    assertThat(repository.snapshot("main").names()).containsAll(told);
    told.forEach(
        name ->
            assertThat(repository.snapshot("main").tensor(name))
                .isEqualTo(tensor(Integer.parseInt(name.substring(1)))));
    goesOn();
  }

  private void commitAll(List<String> told) {
    for (int i = 0; i < COMMITS; i++) {
      String name = "t" + i;
      try {
        repository.transaction("main").put(name, tensor(i)).commit("commit " + i);
        told.add(name);
      } catch (StorageException e) {
        assertThat(e).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      }
    }
  }

  /** The same object and a new one both read and write, and nothing is damaged. */
  private void goesOn() {
    repository.transaction("main").put("after", tensor(7)).commit("after");
    assertThat(repository.snapshot("main").tensor("after")).isEqualTo(tensor(7));
    try (Repository again = Repository.open(folder)) {
      assertThat(again.snapshot("main").tensor("after")).isEqualTo(tensor(7));
      assertThat(again.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  }
}
