package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Side by side")
class SideBySideTest {
  private static final List<Integer> NUMBERS = IntStream.range(0, 1000).boxed().toList();

  @Test
  @DisplayName("all elements are done, once each, and their results are in their order")
  void order() {
    AtomicInteger calls = new AtomicInteger();
    List<Integer> squares =
        SideBySide.map(
            NUMBERS,
            number -> {
              calls.incrementAndGet();
              return number * number;
            });
    assertThat(squares).isEqualTo(NUMBERS.stream().map(number -> number * number).toList());
    assertThat(calls).hasValue(NUMBERS.size());
    assertThat(SideBySide.map(List.of(), number -> number)).isEmpty();
  }

  @Test
  @DisplayName("a failure is thrown and ends it")
  void failure() {
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                SideBySide.map(
                    NUMBERS,
                    number -> {
                      calls.incrementAndGet();
                      if (number == 0) {
                        throw new IllegalStateException("number 0");
                      }
                      LockSupport.parkNanos(1_000_000);
                      return number;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("number 0");
    assertThat(calls.get()).isLessThan(NUMBERS.size());
  }
}
