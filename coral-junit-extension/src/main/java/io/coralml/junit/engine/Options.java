package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run: JUnit configuration parameters, which are looked up in the launcher's
 * request, then in system properties, then in {@code junit-platform.properties}; and after those an
 * environment variable with the same name in capitals, {@code CORAL_BENCHMARK_TIME} for {@code
 * coral.benchmark-time}. Every accessor throws {@link BenchmarkException} with a sentence that
 * names option, value and remedy when the value is malformed.
 */
final class Options {
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|min|h)");
  private static final String REPLACED = "coral.replaced.";

  private final Function<String, Optional<String>> lookup;
  private final Map<String, String> environment;

  /** What was given, and under which name. */
  private record Given(String name, String text) {
    BenchmarkException malformed(String expected, @Nullable Throwable cause) {
      return new BenchmarkException(
          "The option " + name + " is \"" + text + "\"; it must be " + expected + ".", cause);
    }
  }

  Options(Function<String, Optional<String>> lookup, Map<String, String> environment) {
    this.lookup = lookup;
    this.environment = Map.copyOf(environment);
  }

  /** Returns the name of the environment variable that stands for an option. */
  static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private Optional<Given> given(String key) {
    String variable = variable(key);
    return lookup
        .apply(key)
        .map(text -> new Given(key, text.trim()))
        .filter(given -> !given.text.isEmpty())
        .or(
            () ->
                Optional.ofNullable(environment.get(variable))
                    .map(text -> new Given(variable, text.trim())))
        .filter(given -> !given.text.isEmpty());
  }

  /** Returns the trimmed text of an option; absent and blank are the same. */
  Optional<String> text(String key) {
    return given(key).map(Given::text);
  }

  int integer(String key, int fallback, int least) {
    return Math.toIntExact(number(key, fallback, least, Integer.MAX_VALUE));
  }

  long number(String key, long fallback, long least, long most) {
    Optional<Given> given = given(key);
    if (given.isEmpty()) {
      return fallback;
    }
    try {
      long value = Long.parseLong(given.get().text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw given.get().malformed("a whole number, at least " + least, e);
    }
    throw given.get().malformed("a whole number from " + least + " to " + most, null);
  }

  /** Reads a share between 0 and 1, such as {@code 0.02}. */
  double fraction(String key, double fallback) {
    Optional<Given> given = given(key);
    if (given.isEmpty()) {
      return fallback;
    }
    try {
      double value = Double.parseDouble(given.get().text);
      if (value > 0 && value < 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw given.get().malformed("a share between 0 and 1, such as 0.02", e);
    }
    throw given.get().malformed("a share between 0 and 1, such as 0.02", null);
  }

  /** Reads {@code true} or {@code false}; 1 and 0 will do, as variables are often set to them. */
  boolean flag(String key, boolean fallback) {
    Optional<Given> given = given(key);
    if (given.isEmpty()) {
      return fallback;
    }
    return switch (given.get().text.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw given.get().malformed("true or false", null);
    };
  }

  /** Reads one of several words, in lower case whatever the case it was given in. */
  Optional<String> choice(String key, List<String> words) {
    Optional<Given> given = given(key);
    given
        .filter(one -> !words.contains(one.text.toLowerCase(Locale.ROOT)))
        .ifPresent(
            one -> {
              throw one.malformed("one of " + String.join(", ", words), null);
            });
    return given.map(one -> one.text.toLowerCase(Locale.ROOT));
  }

  Duration duration(String key, Duration fallback) {
    return given(key).map(Options::parse).orElse(fallback);
  }

  /** Reads a duration such as {@code 500ms}, {@code 2.5s}, {@code 5m}, {@code 1h}. */
  static Duration parseDuration(String key, String value) {
    return parse(new Given(key, value));
  }

  private static Duration parse(Given given) {
    Matcher matcher = DURATION.matcher(given.text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw given.malformed("a duration such as 500ms, 90s or 5m", null);
    }
    double unit =
        switch (matcher.group(2)) {
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "h" -> 3600e9;
          default -> 60e9;
        };
    Duration duration = Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * unit));
    if (duration.isZero()) {
      throw given.malformed("more than nothing, such as 500ms, 90s or 5m", null);
    }
    return duration;
  }

  /**
   * Returns what to tell about variables that are set and mean nothing any more, one sentence each.
   * A project names them: {@code coral.replaced.CORAL_USE_MMAP = what took its place}.
   */
  List<String> replaced() {
    return environment.keySet().stream()
        .filter(name -> name.startsWith("CORAL_"))
        .sorted(String::compareTo)
        .flatMap(
            name ->
                lookup.apply(REPLACED + name).stream()
                    .map(sentence -> "The variable " + name + " is set and not read: " + sentence))
        .toList();
  }

  /** Returns the words of a list that is separated by commas. */
  static List<String> words(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::trim).filter(w -> !w.isEmpty()).toList();
  }
}
