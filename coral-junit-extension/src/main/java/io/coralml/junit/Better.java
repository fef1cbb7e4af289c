package io.coralml.junit;

/** Which way a metric improves. */
public enum Better {
  /** More is better: operations per second, a compression ratio. */
  HIGHER,
  /** Less is better: nanoseconds, bytes. */
  LOWER,
  /** Neither: a size that only describes the input. */
  NEITHER;

  /**
   * Returns the direction as reports write it: {@code higher}, {@code lower} or {@code neither}.
   */
  public String key() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
