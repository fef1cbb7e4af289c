package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Blackhole;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The measuring loop")
class LoopTest {
  private static final int COLLECTIONS = 20;

  @Test
  @DisplayName("calls the body as often as it was told, and says so")
  void counts() throws Throwable {
    Counter counter = new Counter();
    Body body = body(counter, new Control());

    body.run(12_345);

    assertThat(counter.calls.get()).isEqualTo(12_345);
    assertThat(body.callsDone()).isEqualTo(12_345);
  }

  @Test
  @DisplayName("ends after the call during which it is stopped")
  void stops() throws Throwable {
    Control control = new Control();
    Counter counter = new Counter();
    counter.stopAt = 7;
    counter.control = control;
    Body body = body(counter, control);

    body.run(Long.MAX_VALUE);

    assertThat(body.callsDone()).isEqualTo(7);
  }

  @Test
  @Timeout(60)
  @DisplayName("lets the JVM reach safepoints while it runs")
  void safepoints() throws Exception {
    Control control = new Control();
    Counter counter = new Counter();
    Body body = body(counter, control);
    CompletableFuture<Long> running =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return body.run(Long.MAX_VALUE);
              } catch (Throwable e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 0; i < COLLECTIONS; i++) {
      long before = counter.calls.get();
      while (counter.calls.get() < before + 1_000_000 && !running.isDone()) {
        Thread.onSpinWait();
      }
      // Each waits until the loop polls: a loop without a poll would go on for 2^31 turns.
      System.gc();
    }
    control.cancel();

    assertThat(running.get(30, TimeUnit.SECONDS)).isPositive();
    assertThat(counter.calls.get()).isEqualTo(body.callsDone());
  }

  private static Body body(Counter counter, Control control) throws ReflectiveOperationException {
    return Body.of(
        Counter.class.getDeclaredMethod("count", Blackhole.class),
        counter,
        List.of(new Blackhole()),
        control);
  }

  static final class Counter {
    private final AtomicLong calls = new AtomicLong();
    private long stopAt = Long.MAX_VALUE;
    private Control control = new Control();

    void count(Blackhole hole) {
      long call = calls.incrementAndGet();
      if (call == stopAt) {
        control.cancel();
      }
      hole.consume(call);
    }
  }
}
