package io.coralml.perf.qa;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.coralml.junit.ProfileSettings;
import java.util.List;

/**
 * The sizes of a category's row that the active profile allows: quick its own few, at most the
 * row's first; standard the first half of the row; full all but the last; comprehensive all of it.
 *
 * @param chosen what is measured
 * @param row the whole row
 */
public record Sizes(List<Integer> chosen, List<Integer> row) {
  /** What is recorded of the largest size. */
  public static final String LARGEST = "largest_size";

  /** Ends the key of what the whole row has. */
  public static final String OF_ROW = "_of_row";

  /** Copies the lists. */
  public Sizes {
    chosen = List.copyOf(chosen);
    row = List.copyOf(row);
  }

  /**
   * Chooses.
   *
   * @param quick what quick takes; a functional run takes the first of these
   * @param row the category's whole row, ascending
   */
  public static Sizes of(ProfileSettings settings, List<Integer> quick, List<Integer> row) {
    if (!settings.measured()) {
      return new Sizes(quick.subList(0, 1), row);
    }
    return new Sizes(
        settings.choose(
            quick,
            row.subList(0, (row.size() + 1) / 2),
            row.subList(0, Math.max(1, row.size() - 1)),
            row),
        row);
  }

  /** Chooses one size, of which a functional run takes a tenth of quick's. */
  public static Sizes one(
      ProfileSettings settings, int quick, int standard, int full, int comprehensive) {
    List<Integer> row = List.of(standard, full, comprehensive).stream().distinct().toList();
    int size =
        settings.profile() == BenchmarkProfile.FUNCTIONAL
            ? Math.max(1, quick / 10)
            : settings.choose(quick, standard, full, comprehensive);
    return new Sizes(List.of(size), row);
  }

  /** Returns the largest size that is measured. */
  public int largest() {
    return chosen.get(chosen.size() - 1);
  }

  /**
   * Records another number of a category's row, of which a profile may take less: {@code what} and
   * {@code what_of_row}.
   */
  public static void record(Metrics metrics, String what, int size, int ofRow) {
    metrics.value(what, size, "1", Better.NEITHER);
    metrics.value(what + OF_ROW, ofRow, "1", Better.NEITHER);
  }

  /** Records how much of the row is measured, so that a report can say when it is reduced. */
  public Sizes record(Metrics metrics) {
    record(metrics, LARGEST, largest(), row.get(row.size() - 1));
    return this;
  }
}
