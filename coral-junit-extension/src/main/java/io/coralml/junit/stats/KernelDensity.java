package io.coralml.junit.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Gaussian kernel density on a grid from the smallest value to the largest. All its modes lie in
 * there: outside, it only falls. Not thread-safe.
 */
final class KernelDensity {
  private static final int CELLS = 128;
  private static final int HALVINGS = 24;

  /** Two neighbours that differ by less, relative to the highest peak, are level: rounding. */
  private static final double LEVEL = 1e-9;

  private final double from;
  private final double step;
  private final double[] counts = new double[CELLS];
  private final double[] density = new double[CELLS];
  private final double[] kernel = new double[CELLS];

  /**
   * Counts values per cell, each shared between the two cells around it.
   *
   * @param values not all equal
   */
  KernelDensity(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    from = least;
    step = (most - least) / (CELLS - 1);
    for (double value : values) {
      double place = (value - from) / step;
      int cell = Math.min(CELLS - 2, (int) place);
      counts[cell] += 1 - (place - cell);
      counts[cell + 1] += place - cell;
    }
  }

  /** Returns the smallest bandwidth at which there are at most {@code modes} modes. */
  double criticalBandwidth(int modes) {
    double low = step;
    double high = step * CELLS;
    if (modes(low) <= modes) {
      return low;
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = Math.sqrt(low * high);
      if (modes(middle) <= modes) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  /** Returns how many modes there are at a bandwidth. */
  int modes(double bandwidth) {
    return peakCells(bandwidth).size();
  }

  /**
   * Returns where the modes are at a bandwidth, ascending, without those that hold less than a
   * share of the values.
   */
  List<Double> peaks(double bandwidth, double leastShare) {
    List<Integer> cells = peakCells(bandwidth);
    double all = Arrays.stream(counts).sum();
    List<Double> peaks = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < cells.size(); i++) {
      int end = i + 1 == cells.size() ? CELLS : valley(cells.get(i), cells.get(i + 1));
      if (Arrays.stream(counts, start, end).sum() >= leastShare * all) {
        peaks.add(from + step * cells.get(i));
      }
      start = end;
    }
    return peaks;
  }

  private int valley(int left, int right) {
    int lowest = left;
    for (int i = left; i < right; i++) {
      lowest = density[i] < density[lowest] ? i : lowest;
    }
    return lowest;
  }

  private List<Integer> peakCells(double bandwidth) {
    smooth(bandwidth / step);
    double level = LEVEL * Arrays.stream(density).max().orElseThrow();
    List<Integer> peaks = new ArrayList<>();
    boolean rising = true;
    double extreme = 0;
    int top = 0;
    for (int i = 0; i < CELLS; i++) {
      double height = density[i];
      if (rising) {
        if (height >= extreme) {
          extreme = height;
          top = i;
        } else if (height < extreme - level) {
          peaks.add(top);
          rising = false;
          extreme = height;
        }
      } else if (height < extreme) {
        extreme = height;
      } else if (height > extreme + level) {
        rising = true;
        extreme = height;
        top = i;
      }
    }
    if (rising) {
      peaks.add(top);
    }
    return peaks;
  }

  private void smooth(double cells) {
    for (int i = 0; i < CELLS; i++) {
      double distance = i / cells;
      kernel[i] = StrictMath.exp(-distance * distance / 2);
    }
    Arrays.fill(density, 0);
    for (int i = 0; i < CELLS; i++) {
      double weight = counts[i];
      if (weight > 0) {
        for (int j = 0; j < i; j++) {
          density[j] += weight * kernel[i - j];
        }
        for (int j = i; j < CELLS; j++) {
          density[j] += weight * kernel[j - i];
        }
      }
    }
  }
}
