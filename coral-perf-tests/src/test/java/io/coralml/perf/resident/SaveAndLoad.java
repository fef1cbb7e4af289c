package io.coralml.perf.resident;

import io.coralml.junit.memory.LeakSlope;
import io.coralml.junit.memory.ResidentSize;
import io.coralml.junit.stats.Interval;
import io.coralml.perf.qa.Squares;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Saves and loads a square tensor again and again, and prints what the process held resident; a
 * program.
 */
public final class SaveAndLoad {
  static final int DIFFERS = 2;
  private static final int WARM_UPS = 20;
  private static final int POINTS = 20;
  private static final int SMALL = 32;

  private SaveAndLoad() {}

  /**
   * Saves and loads.
   *
   * <p>Prints five numbers: bytes resident before, the peak, and bytes per turn with the interval,
   * low, estimate, high. Nothing where this system does not tell.
   *
   * @param arguments folder of the repository, side of the tensor, turns, seed
   */
  public static void main(String[] arguments) {
    int side = Integer.parseInt(arguments[1]);
    int turns = Integer.parseInt(arguments[2]);
    long seed = Long.parseLong(arguments[3]);
    ResidentSize resident = ResidentSize.ofThisProcess();
    try (Repository repository = Repository.open(Path.of(arguments[0]))) {
      for (int i = 0; i < WARM_UPS; i++) {
        turn(repository, SMALL, seed - i);
      }
      System.gc();
      resident.resetPeak();
      long before = resident.current().orElse(0);
      LeakSlope slope = new LeakSlope();
      int each = Math.max(1, turns / POINTS);
      for (int i = 0; i < turns; i++) {
        turn(repository, side, seed + i);
        // The first fifth is the compiler's and the caches'; what it takes up once is no growth.
        if (i >= turns / 5 && i % each == 0) {
          slope.observe(i, resident.current().orElse(0));
        }
      }
      Interval bytes = slope.bytesPerOperation();
      if (before > 0) {
        System.out.printf(
            Locale.ROOT,
            "%d %d %f %f %f%n",
            before,
            resident.peak().orElse(0),
            bytes.low(),
            bytes.value(),
            bytes.high());
      }
    }
  }

  private static void turn(Repository repository, int side, long seed) {
    Tensor tensor = Squares.random(side, seed);
    repository.transaction("main").put("t", tensor).commit("turn");
    if (!repository.snapshot("main").tensor("t").equals(tensor)) {
      System.exit(DIFFERS);
    }
  }
}
