package io.coralml.perf.qa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Metrics;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

@DisplayName("Of a category of performance QA")
class PassLinesTest {
  private final Map<String, Object> recorded = new HashMap<>();
  private final Metrics metrics =
      (Metrics)
          Proxy.newProxyInstance(
              Metrics.class.getClassLoader(),
              new Class<?>[] {Metrics.class},
              (proxy, method, arguments) -> recorded.put((String) arguments[0], arguments[1]));

  private PassLines lines(boolean timeFails) {
    return new PassLines(metrics, timeFails);
  }

  @Nested
  @DisplayName("the pass lines")
  class Lines {
    @Test
    @DisplayName("all are looked at before one fails, and each says what was found")
    void all() {
      PassLines lines =
          lines(false)
              .atMost("Waste", 3, 2, "x")
              .atLeast("Space", 94, 95, "%")
              .atMost("A", 1, 1, "");
      assertThatThrownBy(lines::check)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("Waste is 3.000 x; at most 2.000 is allowed.")
          .hasMessageContaining("Space is 94.00 %; at least 95.00 is allowed.")
          .hasMessageNotContaining("A is");
    }

    @Test
    @DisplayName("about time fail where times count, and are only counted elsewhere")
    void time() {
      assertThatThrownBy(() -> lines(true).timeAtMost("Opening", 21, 20, "ms").check())
          .isInstanceOf(AssertionError.class);
      assertThatCode(() -> lines(false).timeAtMost("Opening", 21, 20, "ms").check())
          .doesNotThrowAnyException();
      assertThat(recorded).containsEntry("time_lines_crossed", 1.0);
    }
  }

  @ParameterizedTest
  @EnumSource(BenchmarkProfile.class)
  @DisplayName("times count in full and comprehensive")
  void whereTimesCount(BenchmarkProfile profile) {
    assertThat(PassLines.timesCount(profile))
        .isEqualTo(profile.key().equals("full") || profile.key().equals("comprehensive"));
  }

  @Test
  @DisplayName("a scenario that the machine is too small for is skipped, with the figures")
  void room() {
    assertThatThrownBy(() -> Room.requireMemory(Long.MAX_VALUE))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageMatching("Skipped: needs [\\d,]+ MB of memory, .* and there are [\\d,]+ MB\\.");
    assertThatThrownBy(() -> Room.requireDisk(Long.MAX_VALUE))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("disk space");
    assertThatThrownBy(() -> Room.requireHeap(Long.MAX_VALUE))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("heap");
    assertThatCode(() -> Room.requireMemory(1)).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("the tags lead back to the categories, which are numbered from 1 to 12")
  void tags() {
    for (Category category : Category.values()) {
      assertThat(Category.ofTag(category.tag())).contains(category);
    }
    assertThat(Category.values())
        .extracting(Category::number)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(Category.ofTag("qa-13")).isEmpty();
  }
}
