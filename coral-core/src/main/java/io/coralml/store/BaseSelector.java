package io.coralml.store;

import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the tensor a new one is encoded against. Asked only when the caller's hint (usually the
 * tensor of the same name in the parent commit) does not serve. An answer is a proposal: the store
 * ignores one it does not hold, of another dtype or shape, or too deep a delta itself, and the
 * codec ignores a base that saves nothing. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface BaseSelector {
  /**
   * Proposes a base.
   *
   * @param target the tensor about to be stored
   * @param id its identity
   */
  Optional<TensorId> select(TensorSource target, TensorId id);

  /**
   * Returns whether the hinted base is good enough, so that no other need be looked for. Unless
   * overridden, every hint is.
   *
   * @param base the tensor the caller hinted at, or what stands for it
   * @param target the tensor about to be stored
   * @param id the target's identity
   */
  default boolean serves(TensorSource base, TensorSource target, TensorId id) {
    return true;
  }

  /**
   * Told of every tensor that was stored and may serve as a base from now on. Does nothing unless
   * overridden.
   *
   * @param base what it was encoded against; null if it stands alone
   * @param depth number of bases below it
   */
  default void stored(TensorSource tensor, TensorId id, @Nullable TensorId base, int depth) {}

  /** Returns a selector that never proposes anything. */
  static BaseSelector none() {
    return (target, id) -> Optional.empty();
  }
}
