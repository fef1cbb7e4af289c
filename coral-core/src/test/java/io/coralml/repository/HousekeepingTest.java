package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Merging packs")
class HousekeepingTest {
  private static final int MOST = 50;

  private final MemoryStorage storage = new MemoryStorage();

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, 0.5f * seed, 3});
  }

  private static void commit(Repository repository, int number) {
    repository.transaction("main").put("t" + number, tensor(number)).commit("commit " + number);
  }

  private long packs() {
    return storage.list("packs").stream().filter(PackFormat::isPackName).count();
  }

  private long gitPacks() {
    return storage.list("objects/pack").stream().filter(name -> name.endsWith(".pack")).count();
  }

  @Test
  @DisplayName("is nothing a commit waits for, and never lets there be more than fifty of either")
  void notInTheCommit() {
    Deque<Runnable> leftUndone = new ArrayDeque<>();
    Repository.init(storage, Clock.systemUTC()).close();
    try (Repository repository = Repository.open(storage, Clock.systemUTC(), leftUndone::add)) {
      for (int i = 0; i < 20; i++) {
        commit(repository, i);
      }
      assertThat(packs()).isEqualTo(20);
      assertThat(gitPacks()).isEqualTo(20);
      for (int i = 20; i < 120; i++) {
        commit(repository, i);
        assertThat(packs()).isLessThanOrEqualTo(MOST);
        assertThat(gitPacks()).isLessThanOrEqualTo(MOST);
      }
      leftUndone.forEach(Runnable::run);
      assertThat(packs()).isLessThan(16);
      assertThat(gitPacks()).isLessThan(16);
      for (int i = 0; i < 120; i++) {
        assertThat(repository.snapshot("main").tensor("t" + i)).isEqualTo(tensor(i));
      }
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  }

  @Test
  @DisplayName("has ended when the repository is closed")
  void endsWithRepository() {
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      for (int i = 0; i < 17; i++) {
        commit(repository, i);
      }
    }
    assertThat(packs()).isLessThan(4);
    assertThat(gitPacks()).isLessThan(4);
  }

  @Test
  @DisplayName("is done when the repository has settled")
  void settles() {
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      for (int i = 0; i < 17; i++) {
        commit(repository, i);
      }
      repository.settle();
      assertThat(packs()).isLessThan(4);
      assertThat(gitPacks()).isLessThan(4);
    }
  }

  @Test
  @DisplayName("is done once however often it is asked for meanwhile, and all of it before the end")
  void once() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<String> done = new ArrayList<>();
    Runnable work = () -> done.add("work");
    try (Housekeeping housekeeping = new Housekeeping()) {
      housekeeping.execute(
          () -> {
            begun.countDown();
            awaitQuietly(goOn);
          });
      begun.await();
      housekeeping.execute(work);
      housekeeping.execute(work);
      housekeeping.execute(() -> done.add("other"));
      goOn.countDown();
    }
    assertThat(done).containsExactly("work", "other");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
