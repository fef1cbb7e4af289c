package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;

/** A loop around one benchmark's body, timed from outside of it. */
interface TimedLoop {
  /**
   * Calls the body {@code calls} times, or until the control stops it, but at least once.
   *
   * @return how long it took, in ns
   * @throws Throwable what the body threw
   */
  long run(Object receiver, Operands operands, Blackhole hole, Control control, int calls)
      throws Throwable;
}
