package io.coralml.perf.comparators;

import io.coralml.perf.models.FloatFormat;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The ratios that are known for the comparators, against which the implementations here are held: a
 * comparator that does not come within 2 % of its known ratio would make the project look better
 * than it is.
 *
 * <p>For zstd and XOR + planes + zstd they were measured by a separate program on the whole pair
 * bge-small-en, bge-small-en-v1.5. For the exponent split it is what ZipNN's authors publish for
 * BF16 models stored alone. FM-Delta's authors publish about one half for families of models that
 * are not at hand, so the range coder is held to the entropy of its own symbols instead.
 */
final class Calibration {
  /** How far from the known ratio a comparator may be. */
  static final double TOLERANCE = 0.02;

  private static final Map<String, Map<FloatFormat, Double>> KNOWN =
      Map.of(
          "zstd-3",
          Map.of(FloatFormat.BF16, 1.28, FloatFormat.F16, 1.09, FloatFormat.F32, 1.70),
          "XOR + planes + zstd-1",
          Map.of(FloatFormat.BF16, 2.35, FloatFormat.F16, 1.58, FloatFormat.F32, 3.24),
          "XOR + planes + zstd-3",
          Map.of(FloatFormat.BF16, 2.32, FloatFormat.F16, 1.58, FloatFormat.F32, 3.07),
          "XOR + planes + zstd-19",
          Map.of(FloatFormat.BF16, 2.44, FloatFormat.F16, 1.65, FloatFormat.F32, 3.35),
          "exponent split + Huffman",
          Map.of(FloatFormat.BF16, 1.51));

  private Calibration() {}

  /** Returns the ratio known for a comparator on the whole real pair, if there is one. */
  static OptionalDouble known(String comparator, FloatFormat format) {
    Double ratio = KNOWN.getOrDefault(comparator, Map.of()).get(format);
    return ratio == null ? OptionalDouble.empty() : OptionalDouble.of(ratio);
  }
}
