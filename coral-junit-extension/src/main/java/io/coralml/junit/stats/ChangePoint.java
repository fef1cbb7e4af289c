package io.coralml.junit.stats;

/**
 * A place where a series began to behave differently.
 *
 * @param index the place of the first value that belongs to the new behaviour
 * @param before the median from the change point before this one up to here
 * @param after the median from here to the next change point
 * @param pValue how often a shuffled series shows a change at least this large
 */
public record ChangePoint(int index, double before, double after, double pValue) {
  /** Returns how many times as large the level is after the change. */
  public double ratio() {
    return after / before;
  }
}
