package io.coralml.perf.models;

import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Named tensors that belong together, and the limit of storing them. Immutable; as thread-safe as
 * its tensors, and everything made in this package is.
 *
 * @param name what tables call it
 * @param tensors in order; copied
 * @param limitBytes the entropy of the process that made the model, in bytes, to one who has the
 *     model it was made from; see {@link Entropy}
 */
public record Model(String name, Map<String, TensorSource> tensors, double limitBytes) {

  /** Copies the map, keeping its order. */
  public Model {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** Returns the bytes of all tensors. */
  public long rawBytes() {
    return tensors.values().stream().mapToLong(TensorSource::byteLength).sum();
  }

  /** Returns the number of elements of all tensors. */
  public long parameters() {
    return tensors.values().stream().mapToLong(tensor -> tensor.shape().elements()).sum();
  }

  /** Returns the same model with every tensor computed and held in memory. */
  public Model inMemory() {
    return with(name, (tensor, source) -> Tensor.copyOf(source), limitBytes);
  }

  /** Returns a model with the same tensors, to be saved again: its limit is nothing. */
  public Model copy(String newName) {
    return new Model(newName, tensors, 0);
  }

  /** Returns a model of the same tensor names, each tensor made from this one's. */
  Model with(
      String newName, BiFunction<String, TensorSource, TensorSource> change, double newLimitBytes) {
    Map<String, TensorSource> changed = new LinkedHashMap<>();
    tensors.forEach((tensor, source) -> changed.put(tensor, change.apply(tensor, source)));
    return new Model(newName, changed, newLimitBytes);
  }
}
