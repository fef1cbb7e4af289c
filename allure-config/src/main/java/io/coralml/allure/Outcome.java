package io.coralml.allure;

import java.util.ArrayList;
import java.util.List;

/**
 * How tests ended.
 *
 * @param tests how many were run or skipped
 * @param skipped how many of them were skipped
 * @param failures those that failed, in the order of the reports
 */
public record Outcome(int tests, int skipped, List<Failure> failures) {

  /** Copies the list. */
  public Outcome {
    failures = List.copyOf(failures);
  }

  /**
   * One thing that must not be overlooked.
   *
   * @param module where it happened
   * @param name class and method, or what else failed
   * @param message the first line of the reason
   */
  public record Failure(String module, String name, String message) {}

  /** Returns the outcome of nothing. */
  public static Outcome none() {
    return new Outcome(0, 0, List.of());
  }

  /** Returns this and the other together. */
  public Outcome plus(Outcome other) {
    List<Failure> all = new ArrayList<>(failures);
    all.addAll(other.failures);
    return new Outcome(tests + other.tests, skipped + other.skipped, all);
  }

  /** Returns this with one more failure that is not a test's. */
  public Outcome plus(Failure failure) {
    return plus(new Outcome(0, 0, List.of(failure)));
  }

  /** Returns how many tests passed. */
  public int passed() {
    return Math.max(0, tests - skipped - failures.size());
  }
}
