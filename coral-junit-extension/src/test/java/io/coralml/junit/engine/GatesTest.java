package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The margin of a comparison")
class GatesTest {
  static class Declared {
    @Baseline("before")
    void silent() {}

    @Baseline(value = "before", margin = 0.5)
    void own() {}

    @Baseline(value = "before", margin = 2)
    void wide() {}

    void none() {}
  }

  private static double margin(Map<String, String> options, String method)
      throws NoSuchMethodException {
    return Gates.of(
            new Options(key -> Optional.ofNullable(options.get(key)), Map.of()), true, 1, 10)
        .margin(Declared.class.getDeclaredMethod(method));
  }

  @Test
  @DisplayName("is that of the annotation, else that of coral.gate.margin, else 2 %")
  void order() throws NoSuchMethodException {
    Map<String, String> asked = Map.of("coral.gate.margin", "0.1");
    assertThat(margin(asked, "own")).isEqualTo(0.5);
    assertThat(margin(asked, "silent")).isEqualTo(0.1);
    assertThat(margin(asked, "none")).isEqualTo(0.1);
    assertThat(margin(Map.of(), "silent")).isEqualTo(0.02);
  }

  @Test
  @DisplayName("that is none is refused, naming annotation, method and value")
  void refused() {
    assertThatThrownBy(() -> margin(Map.of(), "wide"))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage(
            "@Baseline of [Declared.wide] has the margin 2.0; a margin is a share between 0 and 1,"
                + " such as 0.02 for 2 %.");
  }
}
