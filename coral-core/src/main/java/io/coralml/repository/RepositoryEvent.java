package io.coralml.repository;

import io.coralml.history.CommitId;
import io.coralml.tensor.TensorId;
import java.time.Duration;

/** Something that happened in a repository. */
public sealed interface RepositoryEvent {
  /** What was done to one tensor of a transaction. */
  sealed interface TensorEvent extends RepositoryEvent {
    /** The tensor's name in the model. */
    String name();

    /** The tensor. */
    TensorId id();

    /** Its bytes before encoding. */
    long rawBytes();
  }

  /**
   * A tensor was encoded alone.
   *
   * @param name its name in the model
   * @param id the tensor
   * @param rawBytes its bytes before encoding
   * @param storedBytes its bytes in the pack
   */
  record Put(String name, TensorId id, long rawBytes, long storedBytes) implements TensorEvent {}

  /**
   * A tensor was there already, bit for bit.
   *
   * @param name its name in the model
   * @param id the tensor
   * @param rawBytes its bytes, none of which had to be stored
   */
  record DedupHit(String name, TensorId id, long rawBytes) implements TensorEvent {}

  /**
   * A tensor was encoded against another one.
   *
   * @param name its name in the model
   * @param id the tensor
   * @param base the one it was encoded against
   * @param rawBytes its bytes before encoding
   * @param storedBytes its bytes in the pack
   */
  record Delta(String name, TensorId id, TensorId base, long rawBytes, long storedBytes)
      implements TensorEvent {}

  /**
   * A commit is durable.
   *
   * @param branch the branch it was made on
   * @param commit the commit
   * @param tensors how many tensors were put
   * @param took from the call to its acknowledgement
   */
  record Committed(String branch, CommitId commit, int tensors, Duration took)
      implements RepositoryEvent {}

  /**
   * A clean-up has ended.
   *
   * @param report what it did
   * @param took how long
   */
  record CleanedUp(GcReport report, Duration took) implements RepositoryEvent {}
}
