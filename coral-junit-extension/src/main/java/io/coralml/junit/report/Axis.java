package io.coralml.junit.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to pixels, linearly or by their logarithm, and knows where to put round numbers.
 *
 * @param low the value at {@code from}
 * @param high the value at {@code to}; greater than {@code low}
 * @param from the pixel of {@code low}
 * @param to the pixel of {@code high}
 * @param logarithmic whether equal ratios, not equal differences, are equally long; needs {@code
 *     low} above 0
 */
record Axis(double low, double high, double from, double to, boolean logarithmic) {

  /** Returns a linear axis that shows all values with a margin of 5 % on either side. */
  static Axis around(double min, double max, double from, double to) {
    double span = max - min;
    double margin = span > 0 ? span * 0.05 : Math.max(Math.abs(max) * 0.05, 1e-9);
    return new Axis(min - margin, max + margin, from, to, false);
  }

  /** Returns a logarithmic axis that shows all values; they are above 0. */
  static Axis logarithmic(double min, double max, double from, double to) {
    double factor = max > min ? Math.pow(max / min, 0.05) : 1.05;
    return new Axis(min / factor, max * factor, from, to, true);
  }

  /** Returns the pixel of a value. */
  double pixel(double value) {
    double share =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return from + share * (to - from);
  }

  /** Returns about {@code wanted} round values on the axis, ascending. */
  List<Double> ticks(int wanted) {
    return logarithmic ? logarithmicTicks(wanted) : linearTicks(wanted);
  }

  private List<Double> linearTicks(int wanted) {
    double raw = (high - low) / Math.max(1, wanted);
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double part = raw / power;
    double step = power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step); i * step <= high; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  private List<Double> logarithmicTicks(int wanted) {
    int first = (int) Math.ceil(Math.log10(low));
    int last = (int) Math.floor(Math.log10(high));
    if (last - first < 1) {
      return new Axis(low, high, from, to, false).linearTicks(wanted);
    }
    int stride = Math.max(1, (last - first + 1) / Math.max(1, wanted));
    List<Double> ticks = new ArrayList<>();
    for (int power = first; power <= last; power += stride) {
      ticks.add(Math.pow(10, power));
    }
    return ticks;
  }
}
