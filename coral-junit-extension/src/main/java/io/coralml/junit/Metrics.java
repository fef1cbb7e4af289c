package io.coralml.junit;

import java.util.concurrent.Callable;

/**
 * What a benchmark records about itself. Ask for one as a parameter of a benchmark or of its
 * {@code @BeforeEach} method.
 *
 * <p>A scenario records once per repetition; the result holds the median of the repetitions with
 * its interval. Recording a key twice in one repetition adds bytes and counts up, and replaces a
 * value. Ratios are never passed in: they are derived from the bytes that were recorded. Not
 * thread-safe, but for {@link #addCount} and {@link #addBytes}.
 */
public interface Metrics {
  /** Declares how many bytes one operation processes, so that MB/s can be derived. */
  void bytesPerOp(long bytes);

  /** Declares how many items one operation processes; {@code ns_per_item} is derived. */
  void itemsPerOp(long items);

  /**
   * Adds to {@code raw_bytes}: what the data takes uncompressed. With {@link #storedBytes}, {@code
   * compression_ratio} and {@code space_saved_percent} are derived.
   */
  void rawBytes(long bytes);

  /** Adds to {@code stored_bytes}: every byte that was really stored. */
  void storedBytes(long bytes);

  /**
   * Adds to {@code limit_bytes}: what information theory says cannot be undercut. With {@link
   * #rawBytes}, {@code limit_ratio} is derived.
   */
  void limitBytes(long bytes);

  /** Adds a number of bytes under a key of the suite's own; the unit is B. */
  void addBytes(String key, long bytes, Better better);

  /** Adds to a counter; the unit is {@code 1}. */
  void addCount(String key, long count, Better better);

  /** Records a value; the unit is the caller's. */
  void value(String key, double value, String unit, Better better);

  /**
   * Derives {@code key} as numerator over denominator, both recorded in this repetition under their
   * keys; the unit is x. The benchmark fails when one of them was not.
   */
  void ratio(String key, String numeratorKey, String denominatorKey, Better better);

  /** Runs an action and records how long it took, in ns; lower is better. */
  void time(String key, Action action) throws Exception;

  /** Runs a call and records how long it took, in ns; lower is better. */
  <T> T timed(String key, Callable<T> call) throws Exception;

  /** Something that is timed. */
  @FunctionalInterface
  interface Action {
    /** Does it. */
    void run() throws Exception;
  }
}
