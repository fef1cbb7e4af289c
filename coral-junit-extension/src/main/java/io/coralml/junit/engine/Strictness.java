package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.verdict.DataIntegrityError;
import java.util.List;

/** What {@code coral.strict} asks for: no element that came back different, and no warning. */
final class Strictness {
  private static final List<String> ACCURACY = List.of("mismatched_elements", "max_abs_error");

  private Strictness() {}

  /**
   * Holds a result to it.
   *
   * @throws DataIntegrityError if something did not come back as it went in
   * @throws BenchmarkException if there is a warning
   */
  static void check(BenchmarkResult result) {
    for (String key : ACCURACY) {
      Metric metric = result.metrics().get(key);
      if (metric != null && !(metric.value() == 0 && !(metric.high() > 0))) {
        throw new DataIntegrityError(
            result.displayName()
                + ": "
                + key
                + " is "
                + metric.value()
                + ", and coral.strict allows 0.");
      }
    }
    if (!result.warnings().isEmpty()) {
      throw new BenchmarkException(
          result.displayName()
              + " has warnings, and coral.strict allows none: "
              + String.join(" ", result.warnings()));
    }
  }
}
