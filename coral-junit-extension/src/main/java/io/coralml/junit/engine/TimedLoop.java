package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;

/** A loop around one benchmark's body, timed from outside of it. */
interface TimedLoop {
  /**
   * Calls the body as often as the operands allow at the time, see {@link Control#allow}, and notes
   * there how often that was.
   *
   * @return how long it took, in ns
   * @throws Throwable what the body threw
   */
  long run(Object receiver, Operands operands, Blackhole hole) throws Throwable;
}
