package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.Log;
import io.coralml.pack.PackEntry;
import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of a store, read when asked and verified leaf by leaf: a range costs decoding and
 * hashing the 1 MiB leaves it touches. The last leaf is kept while memory allows and until the
 * tensor is read to its end, so that reading on in small steps verifies it once. Thread-safe; lives
 * on when its pack is merged away.
 */
final class StoredTensor implements TensorSource {
  private static final Log LOG = Log.of(StoredTensor.class);

  private record Leaf(int index, ByteBuffer bytes) {}

  private final TensorLookup lookup;
  private final TensorId id;
  private final PackEntry.Form form;
  private volatile SoftReference<Leaf> last = new SoftReference<>(null);
  private volatile @Nullable TensorReading reading;

  StoredTensor(TensorLookup lookup, PackEntry entry) {
    this.lookup = lookup;
    this.id = entry.id();
    this.form = entry.form();
  }

  @Override
  public DType dtype() {
    return form.dtype();
  }

  @Override
  public Shape shape() {
    return form.shape();
  }

  @Override
  public long byteLength() {
    return form.byteLength();
  }

  @Override
  public TensorId id() {
    return id;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, (long) into.remaining(), form.byteLength());
    long at = position;
    while (into.hasRemaining()) {
      Leaf leaf = leaf((int) (at / LeafDigests.LEAF_BYTES));
      int from = (int) (at % LeafDigests.LEAF_BYTES);
      int part = Math.min(into.remaining(), leaf.bytes().capacity() - from);
      into.put(leaf.bytes().slice(from, part));
      at += part;
    }
    if (at == form.byteLength()) {
      // Whoever holds all tensors of a model and reads one after the other needs room for one.
      last.clear();
    }
  }

  private Leaf leaf(int index) {
    Leaf kept = last.get();
    if (kept != null && kept.index() == index) {
      return kept;
    }
    Leaf fresh = new Leaf(index, readLeaf(index));
    last = new SoftReference<>(fresh);
    return fresh;
  }

  /** Reads on where it read before; looks again if that pack is gone or damaged. */
  private ByteBuffer readLeaf(int index) {
    TensorReading before = reading;
    if (before != null) {
      try {
        return before.leaf(index);
      } catch (CoralException e) {
        LOG.debug("Tensor {} is looked up again: {}", id, e.getMessage());
      }
    }
    return lookup.attempt(
        id,
        found -> {
          ByteBuffer leaf = found.leaf(index);
          reading = found;
          return leaf;
        });
  }

  @Override
  public String toString() {
    return form.dtype() + " " + form.shape() + " " + id;
  }
}
