package io.coralml.crash;

import java.util.List;

/** Looks at what a power loss left behind. */
@FunctionalInterface
public interface CrashCheck {
  /**
   * Opens what is left and throws, with any exception or error, if it is not as promised.
   *
   * @param left the disk as it is found again; may be written to
   * @param acknowledged what had been acknowledged before the power was cut, in order
   */
  void check(MemoryStorage left, List<Object> acknowledged) throws Exception;
}
