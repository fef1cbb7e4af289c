package io.coralml.store;

import io.coralml.InvalidInputException;
import io.coralml.codec.Effort;
import io.coralml.pack.PackEntry;
import java.time.Clock;

/**
 * How a store trades space, speed and memory.
 *
 * @param effort how hard the codec tries
 * @param maxDepth how many bases deep a delta may stand: 0 stores every tensor alone, 1 is the
 *     default, 4 the most
 * @param packBytes when a pack that is being written is cut; a single tensor may exceed it, and the
 *     bound grows with the store so that the packs stay few
 * @param verifyWrites whether every tensor is decoded again and compared before its pack is sealed
 * @param bases chooses a base when the caller's hint does not serve
 * @param clock tells the time that packs and the records of a sweep carry
 */
public record StoreOptions(
    Effort effort,
    int maxDepth,
    long packBytes,
    boolean verifyWrites,
    BaseSelector bases,
    Clock clock) {

  /** Checks the ranges. */
  public StoreOptions {
    if (maxDepth < 0 || maxDepth > PackEntry.MAX_DEPTH) {
      throw new InvalidInputException(
          "The delta depth must be 0 to " + PackEntry.MAX_DEPTH + ", not " + maxDepth + ".");
    }
    if (packBytes < 1) {
      throw new InvalidInputException("A pack needs a bound of at least 1 byte.");
    }
  }

  /** Balanced effort, depth 1, packs of 64 MiB, no verification of writes, hinted bases only. */
  public static StoreOptions defaults() {
    return new StoreOptions(
        Effort.BALANCED, 1, 64L << 20, false, BaseSelector.none(), Clock.systemUTC());
  }

  /** Returns these options with another effort. */
  public StoreOptions withEffort(Effort other) {
    return new StoreOptions(other, maxDepth, packBytes, verifyWrites, bases, clock);
  }

  /** Returns these options with another greatest depth. */
  public StoreOptions withMaxDepth(int other) {
    return new StoreOptions(effort, other, packBytes, verifyWrites, bases, clock);
  }

  /** Returns these options with another bound on packs. */
  public StoreOptions withPackBytes(long other) {
    return new StoreOptions(effort, maxDepth, other, verifyWrites, bases, clock);
  }

  /** Returns these options with writes verified, or not. */
  public StoreOptions withVerifyWrites(boolean other) {
    return new StoreOptions(effort, maxDepth, packBytes, other, bases, clock);
  }

  /** Returns these options with another selector. */
  public StoreOptions withBases(BaseSelector other) {
    return new StoreOptions(effort, maxDepth, packBytes, verifyWrites, other, clock);
  }

  /** Returns these options with another clock. */
  public StoreOptions withClock(Clock other) {
    return new StoreOptions(effort, maxDepth, packBytes, verifyWrites, bases, other);
  }
}
