package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A source whose leaves were hashed before and are checked when they are read again, because a file
 * can change between the two and what is stored must be what the identity says.
 */
record UnchangedSource(TensorSource source, TensorId id, LeafDigests leaves)
    implements TensorSource {
  @Override
  public DType dtype() {
    return source.dtype();
  }

  @Override
  public Shape shape() {
    return source.shape();
  }

  @Override
  public long byteLength() {
    return source.byteLength();
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Objects.checkFromIndexSize(position, (long) into.remaining(), byteLength());
    long at = position;
    while (into.hasRemaining()) {
      int leaf = (int) (at / LeafDigests.LEAF_BYTES);
      int from = (int) (at % LeafDigests.LEAF_BYTES);
      ByteBuffer bytes = read(leaf);
      int part = Math.min(into.remaining(), bytes.capacity() - from);
      into.put(bytes.slice(from, part));
      at += part;
    }
  }

  private ByteBuffer read(int leaf) {
    long start = (long) leaf * LeafDigests.LEAF_BYTES;
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.min(LeafDigests.LEAF_BYTES, byteLength() - start));
    source.read(start, bytes);
    if (!leaves.matches(leaf, bytes.flip())) {
      throw new CorruptDataException(
          "A tensor changed while it was being stored; nothing was stored. Try again when nobody"
              + " writes to it.");
    }
    return bytes;
  }
}
