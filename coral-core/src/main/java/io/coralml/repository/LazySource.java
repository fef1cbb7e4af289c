package io.coralml.repository;

import io.coralml.store.ObjectStore;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A tensor of the store that is looked up when its bytes are first asked for. Thread-safe. */
final class LazySource implements TensorSource {
  private final ObjectStore store;
  private final TensorInfo info;
  private volatile @Nullable TensorSource opened;

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
    TensorSource source = opened;
    if (source == null) {
      source = store.open(info.id());
      opened = source;
    }
    source.read(position, into);
  }
}
