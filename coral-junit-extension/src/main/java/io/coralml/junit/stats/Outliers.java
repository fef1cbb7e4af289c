package io.coralml.junit.stats;

/**
 * How many values lie beyond Tukey's fences. They are counted, never dropped.
 *
 * @param lowSevere below the lower quartile by more than 3 quartile distances
 * @param lowMild below it by 1.5 to 3
 * @param highMild above the upper quartile by 1.5 to 3
 * @param highSevere above it by more than 3
 */
public record Outliers(int lowSevere, int lowMild, int highMild, int highSevere) {
  /** Returns all of them. */
  public int total() {
    return lowSevere + lowMild + highMild + highSevere;
  }
}
