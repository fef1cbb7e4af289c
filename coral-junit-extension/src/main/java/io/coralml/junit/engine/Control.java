package io.coralml.junit.engine;

/** The flag every loop reads once per turn. */
final class Control {
  /** Ends every loop that reads it after its current call. */
  volatile boolean stopped;
}
