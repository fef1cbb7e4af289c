package io.coralml.merge;

/**
 * Combines one tensor that both sides of a merge changed. Called only for such tensors: what one
 * side changed is taken as it is ({@link ThreeWay}). The strategies of the project are in {@link
 * MergeStrategies}; others may be written. Implementations must be thread-safe and deterministic:
 * the same input gives the same bits.
 */
public interface MergeStrategy {

  /**
   * Returns the strategy and its parameters in one word, for instance {@code ties:0.2,1.0}. {@link
   * MergeStrategies#parse} understands it for the strategies of the project.
   */
  String name();

  /**
   * Combines the two sides, or says why not. A tensor of which both sides hold the same bits comes
   * back unchanged, whatever the strategy.
   *
   * @throws io.coralml.CoralException if a tensor cannot be read
   */
  MergeOutcome merge(BothChanged change);

  /**
   * Returns a strategy that asks another one where this one finds a conflict: {@code
   * average().orElse(ours())} averages weights and takes our counters.
   */
  default MergeStrategy orElse(MergeStrategy other) {
    return new FallbackMerge(this, other);
  }
}
