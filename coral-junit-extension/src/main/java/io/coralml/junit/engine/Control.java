package io.coralml.junit.engine;

/** The flag every loop reads once per turn, and who raised it. Thread-safe. */
final class Control {
  /** Ends every loop that reads it after its current call. */
  volatile boolean stopped;

  private volatile boolean cancelled;

  /** Ends the measurement: loops stop and are not started again. */
  void cancel() {
    cancelled = true;
    stopped = true;
  }

  /** Lets loops run again after a stop, unless the measurement was cancelled. */
  void restart() {
    stopped = cancelled;
  }

  boolean isCancelled() {
    return cancelled;
  }
}
