package io.coralml.codec;

/**
 * What an {@link Effort} means to the encoder.
 *
 * @param tableLog log of the entropy coder's tables
 * @param oneTableLog the same where there is only one table
 * @param contexts the most contexts of a chunk
 * @param sampleBlocks blocks looked at before a chunk is coded
 * @param glanceBlocks blocks looked at to see that coding alone is no match for a delta
 * @param worthAbsolutes the share of the raw bits that absolute symbols must save beside
 *     differences, since they slow decoding down
 * @param zstdLevel level for bytes that no model fits
 */
record Tuning(
    int tableLog,
    int oneTableLog,
    int contexts,
    int sampleBlocks,
    int glanceBlocks,
    double worthAbsolutes,
    int zstdLevel) {

  static Tuning of(Effort effort) {
    return switch (effort) {
      case FAST -> new Tuning(9, 11, 5, 4, 1, 1.0, 1);
      case BALANCED -> new Tuning(10, 12, 8, 6, 2, 0.002, 9);
      case MAX -> new Tuning(12, 12, 24, 64, 64, 0.0, 12);
    };
  }

  /** Returns every how many blocks one is looked at. */
  static int stride(int blocks, int looked) {
    return Math.max(1, blocks / looked);
  }
}
