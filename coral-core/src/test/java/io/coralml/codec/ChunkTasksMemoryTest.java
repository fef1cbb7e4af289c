package io.coralml.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Work that is done while the pool is busy elsewhere")
class ChunkTasksMemoryTest {
  private static final int ATTEMPTS = 100;

  @Test
  @DisplayName("is let go of, although the pool has not come to the calls for help yet")
  void letGo() throws InterruptedException {
    int busy = ForkJoinPool.commonPool().getParallelism();
    CountDownLatch started = new CountDownLatch(busy);
    CountDownLatch end = new CountDownLatch(1);
    for (int i = 0; i < busy; i++) {
      ForkJoinPool.commonPool()
          .execute(
              () -> {
                started.countDown();
                awaitEnd(end);
              });
    }
    try {
      started.await();
      WeakReference<byte[]> tensor = work();
      for (int i = 0; i < ATTEMPTS && tensor.get() != null; i++) {
        System.gc();
        Thread.sleep(5);
      }
      assertThat(tensor.get() == null).as("the tensor is let go of").isTrue();
    } finally {
      end.countDown();
    }
  }

  /** In a frame of its own, so that nothing here refers to the bytes afterwards. */
  private static WeakReference<byte[]> work() {
    byte[] tensor = new byte[1 << 16];
    ChunkTasks.inOrder(
        8,
        2,
        index -> tensor[index] + index,
        (index, result) -> assertThat(result).isEqualTo(index));
    return new WeakReference<>(tensor);
  }

  private static void awaitEnd(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
