package io.coralml.perf.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.io.StorageLock;
import io.coralml.perf.scale.Bottleneck.Resource;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The bottleneck of commits is named correctly when it is")
class BottleneckTest {
  private static final int WARM_UP = 10;
  private static final long HELD_MILLIS = 700;

  @TempDir Path folder;

  private WatchedStorage storage(Duration forceDelay) throws Exception {
    Path directory = Files.createDirectory(folder.resolve("repository"));
    return new WatchedStorage(FileStorage.open(directory), forceDelay);
  }

  private static void commit(Repository repository, int number) {
    repository
        .transaction("main")
        .put("t", Tensor.of(new float[] {number}, 1))
        .commit("commit " + number);
  }

  @Test
  @DisplayName("a slow force")
  void slowForce() throws Exception {
    WatchedStorage storage = storage(Duration.ofMillis(30));
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      commit(repository, 0);
      Bottleneck bottleneck = Bottleneck.of(storage, 1, () -> commit(repository, 1));
      assertThat(bottleneck.resource()).as(bottleneck.toString()).isEqualTo(Resource.FORCE);
      assertThat(storage.forces()).isPositive();
    }
  }

  @Test
  @DisplayName("a lock that somebody holds")
  void heldLock() throws Exception {
    WatchedStorage storage = storage(Duration.ZERO);
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      for (int i = 1; i <= WARM_UP; i++) {
        commit(repository, -i); // what compiling costs is no part of the verdict
      }
      CountDownLatch held = new CountDownLatch(1);
      // What a holder of another process would do: it takes the lock past the counters.
      Thread holder =
          new Thread(
              () -> {
                StorageLock lock =
                    FileStorage.open(folder.resolve("repository")).lock("packs/lock");
                try {
                  held.countDown();
                  Thread.sleep(HELD_MILLIS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  lock.close();
                }
              });
      holder.start();
      held.await();
      Bottleneck bottleneck = Bottleneck.of(storage, 1, () -> commit(repository, 1));
      holder.join();
      assertThat(bottleneck.resource()).as(bottleneck.toString()).isEqualTo(Resource.LOCK_WAIT);
    }
  }

  @Test
  @DisplayName("a processor that is busy")
  void busyProcessor() throws Exception {
    WatchedStorage storage = storage(Duration.ZERO);
    Bottleneck bottleneck = Bottleneck.of(storage, 1, BottleneckTest::spin);
    assertThat(bottleneck.resource()).as(bottleneck.toString()).isEqualTo(Resource.CPU);
  }

  /** Keeps every core busy until together they have used a good deal of processor time. */
  private static void spin() throws InterruptedException {
    List<Thread> hogs = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      Thread hog =
          new Thread(
              () -> {
                long end = System.nanoTime() + 200_000_000;
                while (System.nanoTime() < end) {
                  Thread.onSpinWait();
                }
              });
      hog.start();
      hogs.add(hog);
    }
    for (Thread hog : hogs) {
      hog.join();
    }
  }
}
