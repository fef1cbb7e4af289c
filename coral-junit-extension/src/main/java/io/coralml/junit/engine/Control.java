package io.coralml.junit.engine;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stops loops, and says who stopped them. Thread-safe.
 *
 * <p>A loop reads one volatile field in every turn, how many calls it is allowed ({@link
 * Operands#callsAllowed}); so a stop lowers that allowance for every loop it knows. A flag of its
 * own would be a second read and a second branch in every turn.
 */
final class Control {
  /** A stopped loop ends after its current call, and one that begins late makes one call. */
  private static final int ONE = 1;

  // Weak: a loop that has gone, with its arguments and their classes, is not kept for being known.
  private final List<WeakReference<Operands>> loops = new CopyOnWriteArrayList<>();

  private volatile boolean stopped;

  private volatile boolean cancelled;

  /** From now on a stop reaches the loop that runs with these operands. */
  void governs(Operands loop) {
    loops.add(new WeakReference<>(loop));
  }

  /** Allows a loop so many calls; after a stop only one. */
  void allow(Operands loop, int calls) {
    loop.callsAllowed = calls;
    // A stop sets the flag before it lowers the allowances. So either this read sees the flag,
    // or the stop's write to the allowance comes after the write above.
    if (stopped) {
      loop.callsAllowed = ONE;
    }
  }

  /** Ends every loop after its current call. */
  synchronized void stop() {
    stopped = true;
    for (WeakReference<Operands> known : loops) {
      Operands loop = known.get();
      if (loop != null) {
        loop.callsAllowed = ONE;
      }
    }
  }

  /** Ends the measurement: loops stop and are not started again. */
  synchronized void cancel() {
    cancelled = true;
    stop();
  }

  /** Lets loops run again after a stop, unless the measurement was cancelled. */
  synchronized void restart() {
    stopped = cancelled;
  }

  boolean isStopped() {
    return stopped;
  }

  boolean isCancelled() {
    return cancelled;
  }
}
