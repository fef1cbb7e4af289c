package io.coralml.junit;

/** How far the blocks of one benchmark agree with each other. */
public enum Stability {
  /** No trend, and the interval of the median is narrow. */
  STEADY("steady"),
  /** The blocks became faster or slower while they were measured. */
  DRIFTING("drifting"),
  /** No trend, but the interval of the median stayed wide. */
  UNSTEADY("unsteady"),
  /** There are no blocks to compare: a scenario, a cold start, or a functional run. */
  NOT_APPLICABLE("n/a");

  private final String key;

  Stability(String key) {
    this.key = key;
  }

  /** Returns the label as reports write it. */
  public String key() {
    return key;
  }
}
