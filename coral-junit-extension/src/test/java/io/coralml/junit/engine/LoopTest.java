package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.coralml.junit.Blackhole;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The measuring loop")
class LoopTest {
  private static final int COLLECTIONS = 8;

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
  @DisplayName("calls nothing but clock and body: how it is compiled depends on nothing before it")
  void callsNothingElse() {
    assertThat(
            new ClassFileImporter()
                .importClass(Loop.class)
                .getMethod("run", Object.class, Operands.class, Blackhole.class)
                .getCallsFromSelf())
        .extracting(call -> call.getTarget().getOwner().getSimpleName() + "." + call.getName())
        .containsOnly("System.nanoTime", "MethodHandle.invokeExact");
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

  /** A loop counts in an int; a body goes on with another loop, and its bounds meet. */
  @Test
  @DisplayName("is run as often as it takes for more calls than it can count")
  void moreThanAnInt() throws Throwable {
    List<Integer> turns = new ArrayList<>();
    Control control = new Control();
    Body body =
        counting(
            control,
            (receiver, operands, hole) -> {
              turns.add(operands.callsAllowed);
              operands.callsDone = operands.callsAllowed;
              return 7;
            });

    assertThat(body.run(5_000_000_000L)).isEqualTo(3 * 7);

    assertThat(turns).containsExactly(Integer.MAX_VALUE, Integer.MAX_VALUE, 705_032_706);
    assertThat(body.callsDone()).isEqualTo(5_000_000_000L);
  }

  @Test
  @DisplayName("is not run again after a stop, and a failure later on tells the call it was")
  void moreThanAnIntStopped() throws Throwable {
    Control control = new Control();
    AtomicInteger turns = new AtomicInteger();
    Body body =
        counting(
            control,
            (receiver, operands, hole) -> {
              operands.callsDone = turns.incrementAndGet() == 1 ? operands.callsAllowed : 3;
              control.cancel();
              return 7;
            });
    body.run(Long.MAX_VALUE);
    assertThat(body.callsDone()).isEqualTo(Integer.MAX_VALUE);

    turns.set(0);
    Control another = new Control();
    Body failing =
        counting(
            another,
            (receiver, operands, hole) -> {
              if (turns.incrementAndGet() == 2) {
                operands.callsDone = 3;
                throw new IllegalArgumentException("the fourth");
              }
              operands.callsDone = operands.callsAllowed;
              return 7;
            });
    assertThatThrownBy(() -> failing.run(Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed()[0])
                    .hasMessageContaining("call " + (Integer.MAX_VALUE + 4L)));
  }

  private static Body counting(Control control, TimedLoop loop)
      throws ReflectiveOperationException {
    Object[] arguments = {new Blackhole()};
    return new Body(
        loop,
        Counter.class.getDeclaredMethod("count", Blackhole.class),
        new Counter(),
        arguments,
        control);
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
