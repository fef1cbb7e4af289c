package io.coralml.codec;

/**
 * What an {@link Effort} means to the encoder.
 *
 * @param tableLog log of the entropy coder's tables
 * @param oneTableLog the same where there is only one table
 * @param contexts the most contexts of a chunk; with one alone no scales are looked for
 * @param scaleEvery one in how many elements of long rows and columns is looked at for their scales
 * @param worthScales how far the sizes of updates must spread over rows and columns for scales to
 *     be looked for, as a standard deviation in doublings
 * @param sampleBlocks blocks looked at before a chunk is coded
 * @param worthAbsolutes the share of the raw bits that absolute symbols must save beside
 *     differences, since they slow coding down
 * @param lowLoss the share of the bits that may be lost by storing low bits as they are
 * @param reach how far exact differences reach at most in a large chunk
 * @param laneBytes bytes of symbols that pay for one lane
 * @param countEvery every how many slots of a large chunk one is counted for the frequencies
 * @param worthPairs by what share of its bits a chunk may grow if slots are coded in pairs, since
 *     that is faster; 0 if they never are
 * @param zstdLevel level for bytes that no model fits
 */
record Tuning(
    int tableLog,
    int oneTableLog,
    int contexts,
    int scaleEvery,
    double worthScales,
    int sampleBlocks,
    double worthAbsolutes,
    double lowLoss,
    int reach,
    int laneBytes,
    int countEvery,
    double worthPairs,
    int zstdLevel) {

  static Tuning of(Effort effort) {
    return switch (effort) {
      case FAST -> new Tuning(10, 11, 1, 1, 0.0, 4, 1.0, 0.02, 63, 256, 8, 0.15, 1);
      case BALANCED -> new Tuning(10, 12, 8, 4, 0.6, 8, 0.004, 0.004, 63, 600, 1, 0.0, 9);
      case MAX -> new Tuning(12, 12, 24, 1, 0.0, 128, 0.0, 0.001, 15, 2400, 1, 0.0, 12);
    };
  }

  /** Returns the most contexts of a chunk with row and column scales, which set more apart. */
  int scaledContexts() {
    return 2 * contexts;
  }

  /** Returns how many blocks are looked at to see that coding alone is no match for a delta. */
  int glanceBlocks() {
    return Math.max(2, sampleBlocks * 3 / 8);
  }

  /** Returns every how many blocks one is looked at. */
  static int stride(int blocks, int looked) {
    return Math.max(1, blocks / looked);
  }

  /** Returns the log of how many lanes so many bits of symbols pay for. */
  int lanesLog(double symbolBits) {
    int lanes = (int) Math.min(1 << Rans.MAX_LANES_LOG, symbolBits / 8 / laneBytes);
    return 31 - Integer.numberOfLeadingZeros(Math.max(1, lanes));
  }
}
