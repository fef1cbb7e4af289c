package io.coralml.proof;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Profile;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;

/**
 * Bodies that do a known share more work than their baselines: {@code -Dcoral.proof.extra=0.05} is
 * a true slowdown of 5 %, 0 is the same code twice. One computes, one allocates, one waits for
 * memory; each does only what is counted, so the share of work is the share of time. Run by {@link
 * VerdictProof}.
 */
@Profile(BenchmarkProfile.QUICK)
class SeededBodies {
  static final String EXTRA = "coral.proof.extra";

  private static final int WORK = 2000;

  /** 32 MB of indexes: beyond the caches of most machines. */
  private static final int CELLS = 1 << 23;

  private int before;
  private int after;
  private int place;

  @BeforeEach
  void share() {
    before = WORK;
    after = (int) Math.round(WORK * (1 + Double.parseDouble(System.getProperty(EXTRA, "0"))));
  }

  @CoralBenchmark
  @Baseline("computeBefore")
  void compute(Blackhole hole) {
    hole.consume(mix(after));
  }

  void computeBefore(Blackhole hole) {
    hole.consume(mix(before));
  }

  private static long mix(int turns) {
    long sum = turns;
    for (int i = 0; i < turns; i++) {
      sum = (sum ^ (sum >>> 29)) * 0xBF58476D1CE4E5B9L + i;
    }
    return sum;
  }

  @CoralBenchmark
  @Baseline("allocateBefore")
  void allocate(Blackhole hole) {
    pieces(after, hole);
  }

  void allocateBefore(Blackhole hole) {
    pieces(before, hole);
  }

  private static void pieces(int count, Blackhole hole) {
    for (int i = 0; i < count; i++) {
      hole.consume(new byte[64]);
    }
  }

  @CoralBenchmark
  @Baseline("chaseBefore")
  void chase(Blackhole hole) {
    hole.consume(walk(after));
  }

  void chaseBefore(Blackhole hole) {
    hole.consume(walk(before));
  }

  private int walk(int steps) {
    int[] cells = Cells.NEXT;
    int at = place;
    for (int i = 0; i < steps; i++) {
      at = cells[at];
    }
    place = at;
    return at;
  }

  /** One cycle through all cells in random order (Sattolo), so every step is a miss. */
  private static final class Cells {
    static final int[] NEXT = cycle();

    private static int[] cycle() {
      int[] cycle = new int[CELLS];
      for (int i = 0; i < CELLS; i++) {
        cycle[i] = i;
      }
      SplittableRandom random = new SplittableRandom(1);
      for (int i = CELLS - 1; i > 0; i--) {
        int j = random.nextInt(i);
        int kept = cycle[i];
        cycle[i] = cycle[j];
        cycle[j] = kept;
      }
      return cycle;
    }
  }
}
