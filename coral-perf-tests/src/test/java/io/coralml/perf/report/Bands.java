package io.coralml.perf.report;

/** The bands by which the original reads its tables, and this report its own. */
final class Bands {
  /** Every band in one sentence each, for the report. */
  static final String[] SENTENCES = {
    "Compression ratio: above 10x excellent, from 5x good, below limited similarity.",
    "Space saved: above 90 % highly effective, from 80 % good.",
    "Time: below 50 ms interactive, below 500 ms fit for batch work, above 1 s long-running.",
    "Throughput: above 50 MB/s good.",
    "Clustering: below 10 s acceptable; worthwhile where the packs shrink, by 2x or more clearly so."
  };

  private Bands() {}

  static String ofRatio(double ratio) {
    return ratio > 10 ? "excellent" : ratio >= 5 ? "good" : "limited similarity";
  }

  static String ofTime(double nanos) {
    double millis = nanos / 1e6;
    return millis < 50
        ? "interactive"
        : millis < 500 ? "batch" : millis < 1000 ? "slow" : "long-running";
  }

  static String ofThroughput(double megabytesPerSecond) {
    return megabytesPerSecond > 50 ? "good" : "low";
  }
}
