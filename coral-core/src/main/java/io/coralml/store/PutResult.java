package io.coralml.store;

import io.coralml.tensor.TensorId;
import org.jspecify.annotations.Nullable;

/**
 * What storing a tensor came to.
 *
 * @param id its identity
 * @param kind how it is stored
 * @param tensorBytes bytes of the tensor itself
 * @param storedBytes encoded bytes this put added; 0 for a duplicate
 * @param base the tensor it is a delta against; null unless the kind is {@link Kind#DELTA}
 */
public record PutResult(
    TensorId id, Kind kind, long tensorBytes, long storedBytes, @Nullable TensorId base) {

  /** How a tensor is stored. */
  public enum Kind {
    /** It was there already, bit for bit; nothing was written. */
    DUPLICATE,
    /** Encoded alone. */
    WHOLE,
    /** Encoded against a base. */
    DELTA
  }

  static PutResult duplicate(HashedTensor target) {
    return new PutResult(target.id(), Kind.DUPLICATE, target.source().byteLength(), 0, null);
  }
}
