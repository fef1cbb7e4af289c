package io.coralml.training;

import io.coralml.InvalidInputException;
import io.coralml.repository.GcOptions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How checkpoints of a run are made.
 *
 * @param policy when one is due
 * @param retention which are kept
 * @param memoryBytes how much copies that wait to be written may take, together
 * @param waiting whether whoever trains waits when there is no room for a copy; otherwise the
 *     checkpoint is put off until there is
 * @param cleanUp how the space of removed checkpoints is given back, now and then, by the
 *     background thread; nothing to leave that to others
 * @param listeners who is told
 * @param clock what time it is
 */
public record CheckpointOptions(
    CheckpointPolicy policy,
    Retention retention,
    long memoryBytes,
    boolean waiting,
    Optional<GcOptions> cleanUp,
    List<CheckpointListener> listeners,
    Clock clock) {

  /** Checks the memory and copies the list. */
  public CheckpointOptions {
    if (memoryBytes < CopyBuffers.CHUNK_BYTES) {
      throw new InvalidInputException(
          "Copies need at least "
              + CopyBuffers.CHUNK_BYTES
              + " bytes of memory; "
              + memoryBytes
              + " are too few.");
    }
    listeners = List.copyOf(listeners);
  }

  /**
   * Once an epoch; all kept; a quarter of the heap for copies; nobody waits; no clean-up; the
   * system's clock.
   */
  public static CheckpointOptions defaults() {
    return new CheckpointOptions(
        CheckpointPolicy.everyEpochs(1),
        Retention.all(),
        Math.max(CopyBuffers.CHUNK_BYTES, Runtime.getRuntime().maxMemory() / 4),
        false,
        Optional.empty(),
        List.of(),
        Clock.systemUTC());
  }

  /** Returns these options with another policy. */
  public CheckpointOptions saving(CheckpointPolicy other) {
    return new CheckpointOptions(other, retention, memoryBytes, waiting, cleanUp, listeners, clock);
  }

  /** Returns these options with another retention. */
  public CheckpointOptions keeping(Retention other) {
    return new CheckpointOptions(policy, other, memoryBytes, waiting, cleanUp, listeners, clock);
  }

  /** Returns these options with another limit of memory. */
  public CheckpointOptions memory(long bytes) {
    return new CheckpointOptions(policy, retention, bytes, waiting, cleanUp, listeners, clock);
  }

  /** Returns these options with a training thread that waits for room instead of going on. */
  public CheckpointOptions waitingForRoom() {
    return new CheckpointOptions(policy, retention, memoryBytes, true, cleanUp, listeners, clock);
  }

  /** Returns these options with a clean-up of the repository now and then. */
  public CheckpointOptions cleaningUp(GcOptions how) {
    return new CheckpointOptions(
        policy, retention, memoryBytes, waiting, Optional.of(how), listeners, clock);
  }

  /** Returns these options with one more listener. */
  public CheckpointOptions telling(CheckpointListener listener) {
    List<CheckpointListener> more = new ArrayList<>(listeners);
    more.add(listener);
    return new CheckpointOptions(policy, retention, memoryBytes, waiting, cleanUp, more, clock);
  }

  /** Returns these options with another clock. */
  public CheckpointOptions clock(Clock other) {
    return new CheckpointOptions(
        policy, retention, memoryBytes, waiting, cleanUp, listeners, other);
  }
}
