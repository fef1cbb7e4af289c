package io.coralml.codec;

import java.util.ArrayList;
import java.util.List;

/**
 * Which exponents of the base share a context. Begins with one context for each and joins
 * neighbours while the tables saved weigh more than the precision lost.
 */
final class ContextPlan {
  private static final int CODES = Buckets.CODES;

  private static final class Group {
    private final int[] counts;
    private int low;
    private double cost;

    Group(int low, int[] counts) {
      this.low = low;
      this.counts = counts;
    }
  }

  private final double scale;
  private final int codes;
  private final List<Group> groups = new ArrayList<>();
  private final int top;

  /**
   * @param histogram counts of {@value Buckets#CODES} codes for each exponent, of a sample
   * @param codes how many of the codes occur at all: a bound on the highest
   * @param scale elements of the chunk for each one of the sample
   */
  private ContextPlan(int[] histogram, int from, int to, int codes, double scale) {
    this.scale = scale;
    this.codes = codes;
    int highest = 0;
    for (int exponent = to; exponent >= from; exponent--) {
      int[] counts = new int[codes];
      System.arraycopy(histogram, exponent * CODES, counts, 0, codes);
      double table = Entropy.tableBits(counts, 0, codes);
      if (table > 8) {
        Group group = new Group(exponent, counts);
        group.cost = cost(counts);
        groups.add(group);
        highest = Math.max(highest, exponent);
      }
    }
    this.top = highest;
  }

  /** Plans at most that many contexts. */
  static ContextPlan of(int[] histogram, int from, int to, int codes, double scale, int most) {
    ContextPlan plan = new ContextPlan(histogram, from, to, codes, scale);
    plan.join(most);
    return plan;
  }

  private double cost(int[] counts) {
    return Entropy.bits(counts, 0, codes) * scale + Entropy.tableBits(counts, 0, codes);
  }

  private void join(int most) {
    double[] losses = new double[groups.size()];
    for (int i = 0; i + 1 < groups.size(); i++) {
      losses[i] = loss(i);
    }
    while (groups.size() > 1) {
      int best = 0;
      for (int i = 1; i + 1 < groups.size(); i++) {
        best = losses[i] < losses[best] ? i : best;
      }
      if (losses[best] > 0 && groups.size() <= most) {
        return;
      }
      merge(best);
      System.arraycopy(losses, best + 1, losses, best, losses.length - best - 1);
      if (best > 0) {
        losses[best - 1] = loss(best - 1);
      }
      if (best + 1 < groups.size()) {
        losses[best] = loss(best);
      }
    }
  }

  private double loss(int index) {
    Group upper = groups.get(index);
    Group lower = groups.get(index + 1);
    int[] sum = new int[codes];
    for (int i = 0; i < codes; i++) {
      sum[i] = upper.counts[i] + lower.counts[i];
    }
    return cost(sum) - upper.cost - lower.cost;
  }

  private void merge(int index) {
    Group upper = groups.get(index);
    Group lower = groups.remove(index + 1);
    for (int i = 0; i < codes; i++) {
      upper.counts[i] += lower.counts[i];
    }
    upper.low = lower.low;
    upper.cost = cost(upper.counts);
  }

  /** Returns the highest exponent of the sample. */
  int topExponent() {
    return top;
  }

  /** Returns how many exponents each context but the last spans. */
  int[] spans() {
    int[] spans = new int[Math.max(0, groups.size() - 1)];
    int high = top;
    for (int i = 0; i < spans.length; i++) {
      spans[i] = high - groups.get(i).low + 1;
      high = groups.get(i).low - 1;
    }
    return spans;
  }

  /** Returns what the whole chunk will cost, in bits, without verbatim bits. */
  double bits() {
    return groups.stream().mapToDouble(group -> group.cost).sum();
  }
}
