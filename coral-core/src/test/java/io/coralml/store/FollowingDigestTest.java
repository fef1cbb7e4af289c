package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A digest that follows")
class FollowingDigestTest {
  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] sha256(byte[] bytes) throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  /** Copies bytes to where a digest follows, step by step. */
  private static byte[] follow(byte[] bytes, int step) {
    ByteBuffer into = ByteBuffer.allocate(bytes.length);
    FollowingDigest digest = new FollowingDigest(into);
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(at + step, bytes.length);
      into.put(bytes, at, end - at);
      digest.accept(end);
      at = end;
    }
    return digest.finish();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 98_304, 98_305, 1_000_000, 1_048_576})
  @DisplayName("is that of all bytes, in whatever steps they came")
  void steps(int length) throws Exception {
    byte[] bytes = random(length);
    for (int step : new int[] {8_192, 98_304, 300_000, 1_048_576}) {
      for (int round = 0; round < 20; round++) {
        assertThat(follow(bytes, step)).isEqualTo(sha256(bytes));
      }
    }
  }

  @Test
  @DisplayName("needs nobody who follows")
  void busy() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    int threads = 2 * ForkJoinPool.getCommonPoolParallelism();
    for (int i = 0; i < threads; i++) {
      ForkJoinPool.commonPool().execute(() -> await(end));
    }
    try {
      byte[] bytes = random(1_000_000);
      assertThat(follow(bytes, 8_192)).isEqualTo(sha256(bytes));
    } finally {
      end.countDown();
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @DisplayName("does not wait for one who was put to sleep")
  void asleep() throws Exception {
    byte[] bytes = random(1_000_000);
    FollowingDigest digest = new FollowingDigest(ByteBuffer.wrap(bytes));
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread sleeper =
        new Thread(
            () -> {
              digest.turn.lock();
              try {
                held.countDown();
                await(end);
              } finally {
                digest.turn.unlock();
              }
            });
    sleeper.setDaemon(true);
    sleeper.start();
    held.await();
    assertThat(digest.finish()).isEqualTo(sha256(bytes));
    end.countDown();
    sleeper.join();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
