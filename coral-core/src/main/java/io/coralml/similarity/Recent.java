package io.coralml.similarity;

import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The samples used last, so that a family that is stored in one go is not read again and again, and
 * tensors can be proposed that are in no finished pack yet. Thread-safe.
 */
final class Recent {
  /**
   * What is remembered.
   *
   * @param depth how deep a delta it is; -1 if that is not known
   */
  record Known(Sample sample, @Nullable TensorId base, int depth) {}

  private final long bound;
  private final Map<TensorId, Known> known = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  Recent(long bound) {
    this.bound = bound;
  }

  synchronized @Nullable Known find(TensorId id) {
    return known.get(id);
  }

  /** Returns the sample of a tensor, taking it if it is not remembered. */
  Sample sample(TensorSource tensor, TensorId id) {
    Known there = find(id);
    if (there != null) {
      return there.sample();
    }
    Sample fresh = Sample.of(tensor);
    remember(id, fresh, null, -1);
    return fresh;
  }

  synchronized void remember(TensorId id, Sample sample, @Nullable TensorId base, int depth) {
    Known before = known.put(id, new Known(sample, base, depth));
    bytes += sample.memoryBytes() - (before == null ? 0 : before.sample().memoryBytes());
    Iterator<Known> oldest = known.values().iterator();
    while (bytes > bound && known.size() > 1) {
      bytes -= oldest.next().sample().memoryBytes();
      oldest.remove();
    }
  }
}
