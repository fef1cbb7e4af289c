package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of a run: JUnit configuration parameters, which are looked up in the launcher's
 * request, then in system properties, then in {@code junit-platform.properties}. Every accessor
 * throws {@link BenchmarkException} with a sentence that names option, value and remedy when the
 * value is malformed.
 */
final class Options {
  private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|min|h)");

  private final Function<String, Optional<String>> lookup;

  Options(Function<String, Optional<String>> lookup) {
    this.lookup = lookup;
  }

  /** Returns the trimmed text of an option; absent and blank are the same. */
  Optional<String> text(String key) {
    return lookup.apply(key).map(String::trim).filter(value -> !value.isEmpty());
  }

  int integer(String key, int fallback, int least) {
    return Math.toIntExact(number(key, fallback, least, Integer.MAX_VALUE));
  }

  long number(String key, long fallback, long least, long most) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      long value = Long.parseLong(text.get());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw malformed(key, text.get(), "a whole number, at least " + least, e);
    }
    throw malformed(key, text.get(), "a whole number from " + least + " to " + most, null);
  }

  /** Reads a share between 0 and 1, such as {@code 0.02}. */
  double fraction(String key, double fallback) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return fallback;
    }
    try {
      double value = Double.parseDouble(text.get());
      if (value > 0 && value < 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw malformed(key, text.get(), "a share between 0 and 1, such as 0.02", e);
    }
    throw malformed(key, text.get(), "a share between 0 and 1, such as 0.02", null);
  }

  boolean flag(String key, boolean fallback) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return fallback;
    }
    return switch (text.get().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(key, text.get(), "true or false", null);
    };
  }

  Duration duration(String key, Duration fallback) {
    return text(key).map(value -> parseDuration(key, value)).orElse(fallback);
  }

  /** Reads a duration such as {@code 500ms}, {@code 2.5s}, {@code 5m}, {@code 1h}. */
  static Duration parseDuration(String key, String value) {
    Matcher matcher = DURATION.matcher(value.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw malformed(key, value, "a duration such as 500ms, 90s or 5m", null);
    }
    double unit =
        switch (matcher.group(2)) {
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "h" -> 3600e9;
          default -> 60e9;
        };
    return Duration.ofNanos((long) (Double.parseDouble(matcher.group(1)) * unit));
  }

  private static BenchmarkException malformed(
      String key,
      String value,
      String expected,
      @org.jspecify.annotations.Nullable Throwable cause) {
    return new BenchmarkException(
        "The option " + key + " is \"" + value + "\"; it must be " + expected + ".", cause);
  }
}
