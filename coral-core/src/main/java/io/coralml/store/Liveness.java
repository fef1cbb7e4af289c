package io.coralml.store;

import io.coralml.tensor.TensorId;
import java.util.Set;

/** Says what must stay. Implemented by whoever knows what refers to tensors. */
@FunctionalInterface
public interface Liveness {
  /**
   * Returns every tensor that anything durable refers to at the time of the call: references, their
   * logs, staged entries. Called more than once during a sweep, and asked for the present state
   * each time. What open batches rely on need not be among them, nor the bases of deltas: the store
   * knows those itself.
   */
  Set<TensorId> reachable();
}
