package io.coralml.crash;

/**
 * What an exploration went through.
 *
 * @param operations operations that were recorded
 * @param prefixes moments at which the power was cut
 * @param states different states of the disk that were opened and checked
 */
public record CrashReport(int operations, int prefixes, int states) {
  @Override
  public String toString() {
    return operations + " operations, " + prefixes + " prefixes, " + states + " states";
  }
}
