package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.CoralBenchmark;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The sets of arguments of a benchmark")
class ArgumentSetsTest {
  enum Colour {
    RED,
    GREEN,
    BLUE
  }

  /** Never run: only its annotations are looked at. */
  static final class Bodies {
    static Stream<Integer> seven() {
      return IntStream.range(0, 7).boxed();
    }

    static List<Integer> four() {
      return List.of(1, 2, 3, 4);
    }

    static Stream<Integer> fails() {
      throw new IllegalStateException("This source fails, and JUnit is to say so.");
    }

    static Stream<Integer> endless() {
      return Stream.generate(() -> 1);
    }

    @CoralBenchmark
    void none() {}

    @CoralBenchmark
    @ValueSource(ints = {1, 2, 5, 8, 9})
    void values(int value) {}

    @CoralBenchmark
    @CsvSource({"1, a", "2, b"})
    void csv(int number, String text) {}

    @CoralBenchmark
    @EnumSource
    void constants(Colour colour) {}

    @CoralBenchmark
    @EnumSource(names = "RED")
    void included(Colour colour) {}

    @CoralBenchmark
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RED")
    void excluded(Colour colour) {}

    @CoralBenchmark
    @MethodSource("seven")
    void stream(int value) {}

    @CoralBenchmark
    @MethodSource({"seven", "four"})
    void both(int value) {}

    @CoralBenchmark
    @MethodSource("fails")
    void failing(int value) {}

    @CoralBenchmark
    @MethodSource("endless")
    void withoutEnd(int value) {}

    @CoralBenchmark
    @MethodSource("nowhere")
    void missing(int value) {}
  }

  private static int count(String name) {
    Method method =
        Arrays.stream(Bodies.class.getDeclaredMethods())
            .filter(each -> each.getName().equals(name))
            .findFirst()
            .orElseThrow();
    return ArgumentSets.count(method);
  }

  @Test
  @DisplayName("are counted where they are written down")
  void writtenDown() {
    assertThat(count("none")).isEqualTo(1);
    assertThat(count("values")).isEqualTo(5);
    assertThat(count("csv")).isEqualTo(2);
    assertThat(count("constants")).isEqualTo(3);
    assertThat(count("included")).isEqualTo(1);
    assertThat(count("excluded")).isEqualTo(2);
  }

  @Test
  @DisplayName("are counted where a method of the class gives them")
  void factories() {
    assertThat(count("stream")).isEqualTo(7);
    assertThat(count("both")).isEqualTo(11);
  }

  @Test
  @DisplayName("are assumed to be three where nobody can tell, and none is waited for for ever")
  void unknown() {
    assertThat(count("failing")).isEqualTo(3);
    assertThat(count("missing")).isEqualTo(3);
    assertThat(count("withoutEnd")).isEqualTo(10_000);
  }
}
