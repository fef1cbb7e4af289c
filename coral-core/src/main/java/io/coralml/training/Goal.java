package io.coralml.training;

/** Which values of a metric are good. */
public enum Goal {
  /** The lower the better: a loss. */
  MIN,
  /** The higher the better: an accuracy. */
  MAX;

  /** Returns whether one value is strictly better than another. NaN is better than nothing. */
  boolean isBetter(double value, double than) {
    return this == MIN ? value < than : value > than;
  }
}
