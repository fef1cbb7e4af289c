package io.coralml.repository;

import io.coralml.store.ObjectStore;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of the store that is looked up when its bytes are first asked for. What was looked up
 * keeps the piece that was read last; it goes when memory is short, so that a whole model that was
 * read once does not stay. Thread-safe.
 */
final class LazySource implements TensorSource {
  private final ObjectStore store;
  private final TensorInfo info;
  private volatile @Nullable SoftReference<TensorSource> opened;

  LazySource(ObjectStore store, TensorInfo info) {
    this.store = store;
    this.info = info;
  }

  @Override
  public DType dtype() {
    return info.dtype();
  }

  @Override
  public Shape shape() {
    return info.shape();
  }

  @Override
  public long byteLength() {
    return info.byteLength();
  }

  @Override
  public TensorId id() {
    return info.id();
  }

  @Override
  public void read(long position, ByteBuffer into) {
    SoftReference<TensorSource> before = opened;
    TensorSource source = before == null ? null : before.get();
    if (source == null) {
      source = store.open(info.id());
      opened = new SoftReference<>(source);
    }
    source.read(position, into);
  }
}
