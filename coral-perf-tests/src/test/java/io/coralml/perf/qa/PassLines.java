package io.coralml.perf.qa;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.coralml.junit.ProfileSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.Assertions;

/**
 * The lines that a scenario must stay on the right side of. All are looked at before {@link #check}
 * fails, so that one that is crossed does not hide the others. Lines about time differ between
 * machines: below the profile full a crossed one is only counted, as {@code time_lines_crossed}.
 */
public final class PassLines {
  private final Metrics metrics;
  private final boolean timeFails;
  private final List<String> crossed = new ArrayList<>();
  private int crossedInTime;

  /** Makes the lines of one scenario. */
  public PassLines(Metrics metrics, ProfileSettings settings) {
    this(metrics, timesCount(settings.profile()));
  }

  PassLines(Metrics metrics, boolean timeFails) {
    this.metrics = metrics;
    this.timeFails = timeFails;
  }

  static boolean timesCount(BenchmarkProfile profile) {
    return profile == BenchmarkProfile.FULL || profile == BenchmarkProfile.COMPREHENSIVE;
  }

  /** Requires that something is the case; the sentence says what was found where it is not. */
  public PassLines require(boolean holds, String sentence) {
    if (!holds) {
      crossed.add(sentence);
    }
    return this;
  }

  /** Requires that a number that is no time is at most a limit. */
  public PassLines atMost(String what, double value, double limit, String unit) {
    return require(value <= limit, sentence(what, value, "at most", limit, unit));
  }

  /** Requires that a number that is no time is at least a limit. */
  public PassLines atLeast(String what, double value, double limit, String unit) {
    return require(value >= limit, sentence(what, value, "at least", limit, unit));
  }

  /** Requires that something about time is the case, where times count. */
  public PassLines requireOfTime(boolean holds, String sentence) {
    if (!holds) {
      crossedInTime++;
    }
    return require(holds || !timeFails, sentence);
  }

  /** Requires that a time is at most a limit, where times count. */
  public PassLines timeAtMost(String what, double value, double limit, String unit) {
    return requireOfTime(value <= limit, sentence(what, value, "at most", limit, unit));
  }

  private static String sentence(
      String what, double value, String bound, double limit, String unit) {
    return String.format(
        Locale.ROOT, "%s is %,.4g %s; %s %,.4g is allowed.", what, value, unit, bound, limit);
  }

  /** Fails when a line was crossed. */
  public void check() {
    metrics.value("time_lines_crossed", crossedInTime, "1", Better.LOWER);
    if (!crossed.isEmpty()) {
      Assertions.fail(String.join(" ", crossed));
    }
  }
}
