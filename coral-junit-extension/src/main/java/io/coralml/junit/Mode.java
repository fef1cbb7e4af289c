package io.coralml.junit;

/** What a benchmark measures. */
public enum Mode {
  /**
   * Operations in blocks of 5 to 20 ms: {@code ns_per_op}, {@code ops_per_s}, {@code b_per_op}, and
   * {@code mb_per_s} when the bytes per operation are declared.
   */
  THROUGHPUT,
  /** Each call on its own: a histogram with p50, p90, p95, p99, p99.9 and the maximum. */
  LATENCY,
  /** One call in each of several fresh JVMs: what the first user of the day feels. */
  COLD,
  /** The body runs once per repetition and records what it found through {@link Metrics}. */
  SCENARIO
}
