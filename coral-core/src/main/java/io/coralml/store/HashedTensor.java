package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.pack.PackEntry;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * A tensor with its identity, safe from changes between hashing and encoding.
 *
 * @param source its bytes: a copy of a small tensor; a large one is compared with its digests as it
 *     is read again
 * @param leaves digests of its leaves, null if it has fewer than two
 */
record HashedTensor(TensorSource source, TensorId id, @Nullable LeafDigests leaves) {
  static HashedTensor of(TensorSource source) {
    boolean small = source.byteLength() <= PutBatch.SMALL_BYTES;
    TensorSource stable = small ? Tensor.copyOf(source) : source;
    if (stable.byteLength() <= LeafDigests.LEAF_BYTES) {
      return new HashedTensor(stable, stable.id(), null);
    }
    LeafDigests leaves = LeafDigests.of(stable);
    TensorId id = leaves.id(stable.dtype(), stable.shape());
    boolean inMemory = stable instanceof Tensor;
    return new HashedTensor(
        inMemory ? stable : new UnchangedSource(stable, id, leaves), id, leaves);
  }

  PackEntry.Form form() {
    return new PackEntry.Form(source.dtype(), source.shape(), source.byteLength());
  }

  /**
   * Checks what was decoded again from the encoded tensor.
   *
   * @throws CorruptDataException if it is another tensor
   */
  void requireSurvived(TensorId decoded) {
    if (!decoded.equals(id)) {
      throw new CorruptDataException(
          "Tensor " + id + " did not survive encoding and was not stored; please report this.");
    }
  }
}
