package io.coralml.store;

import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.lang.ref.SoftReference;

/**
 * Reads tensors of a store and keeps the last one while memory allows: many tensors that are put
 * together are often encoded against the same one. Thread-safe.
 */
final class LastRead {
  private final ObjectStore store;
  private volatile SoftReference<Tensor> last = new SoftReference<>(null);

  LastRead(ObjectStore store) {
    this.store = store;
  }

  /** Returns a tensor, verified when it was read; see {@link ObjectStore#read}. */
  Tensor read(TensorId id) {
    Tensor kept = last.get();
    if (kept != null && kept.id().equals(id)) {
      return kept;
    }
    Tensor read = store.read(id);
    last = new SoftReference<>(read);
    return read;
  }

  /** Lets go of the last one: a batch may then wait for others, and for the disk. */
  void forget() {
    last = new SoftReference<>(null);
  }
}
