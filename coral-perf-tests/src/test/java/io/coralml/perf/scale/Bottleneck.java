package io.coralml.perf.scale;

import com.sun.management.OperatingSystemMXBean;
import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.coralml.junit.memory.MemoryWatch;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * What work spent its time on, as shares, and the greatest of them by name.
 *
 * <ul>
 *   <li>CPU: processor time of this process over wall time times cores, collections not counted
 *   <li>ALLOCATION: pauses for collections over wall time
 *   <li>FORCE: time in forces over wall time, at most 1: forces go on side by side
 *   <li>LOCK_WAIT: time waiting for locks of the storage over wall time times threads
 * </ul>
 *
 * @param shares by resource, from 0 to 1
 */
public record Bottleneck(Map<Resource, Double> shares) {

  /** What work may wait for. */
  public enum Resource {
    CPU,
    ALLOCATION,
    FORCE,
    LOCK_WAIT;

    /** Returns its name as metrics write it. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the map. */
  public Bottleneck {
    shares = Map.copyOf(shares);
  }

  /** Something that is done. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    void run() throws Exception;
  }

  /**
   * Does some work and finds out what it waited for.
   *
   * @param threads how many threads it keeps busy
   */
  public static Bottleneck of(WatchedStorage storage, int threads, Work work) throws Exception {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long force = storage.forceNanos();
    long lock = storage.lockNanos();
    MemoryWatch watch = MemoryWatch.start();
    long start = System.nanoTime();
    work.run();
    double wall = System.nanoTime() - start;
    double cpuNanos = system.getProcessCpuTime() - cpu;
    double pauses = watch.stop().pauseNanos();
    int cores = Runtime.getRuntime().availableProcessors();
    Map<Resource, Double> shares = new EnumMap<>(Resource.class);
    shares.put(Resource.ALLOCATION, share(pauses / wall));
    shares.put(Resource.CPU, share((cpuNanos - pauses * cores) / (wall * cores)));
    shares.put(Resource.FORCE, share((storage.forceNanos() - force) / wall));
    shares.put(Resource.LOCK_WAIT, share((storage.lockNanos() - lock) / (wall * threads)));
    return new Bottleneck(shares);
  }

  private static double share(double value) {
    return Math.max(0, Math.min(1, value));
  }

  /** Returns the resource with the greatest share. */
  public Resource resource() {
    return shares.entrySet().stream()
        .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .map(Map.Entry::getKey)
        .orElseThrow();
  }

  /** Records every share, each with the size it was found at. */
  public void record(Metrics metrics, long size) {
    shares.forEach(
        (resource, share) ->
            metrics.value(
                resource.key() + "_percent_at_" + size, 100 * share, "%", Better.NEITHER));
  }
}
