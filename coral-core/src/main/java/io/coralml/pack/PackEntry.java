package io.coralml.pack;

import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import org.jspecify.annotations.Nullable;

/**
 * What a pack knows of one tensor.
 *
 * @param id identity of the tensor
 * @param form its dtype, shape and length
 * @param base identity of the tensor it is encoded against; null if it stands alone
 * @param depth how many decodings its bytes need beyond the first: 0 if it stands alone
 * @param leaves digests of its 1 MiB leaves; null if it has fewer than two, whose digest follows
 *     from the identity
 * @param place where its encoded bytes are
 */
public record PackEntry(
    TensorId id,
    Form form,
    @Nullable TensorId base,
    int depth,
    @Nullable LeafDigests leaves,
    Place place) {

  /** The highest depth any pack may hold. */
  public static final int MAX_DEPTH = 4;

  /** Dtype, shape and number of bytes of a tensor. */
  public record Form(DType dtype, Shape shape, long byteLength) {}

  /**
   * Where encoded bytes are in {@code data}.
   *
   * @param offset of the first byte
   * @param length number of bytes, at least 1
   * @param checksums CRC32C of each {@value Place#PIECE_BYTES} bytes of them; the last piece may be
   *     shorter
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by identity only; never handed out changed
  public record Place(long offset, long length, int[] checksums) {
    /** Bytes each checksum covers. */
    public static final int PIECE_BYTES = 1 << 20;

    /** Returns how many checksums encoded bytes of that length have. */
    static long pieces(long length) {
      return (length + PIECE_BYTES - 1) / PIECE_BYTES;
    }
  }

  /** Returns this entry with another depth; its base is a delta of another depth now. */
  public PackEntry withDepth(int other) {
    return new PackEntry(id, form, base, other, leaves, place);
  }

  /** Returns this entry with its bytes elsewhere. */
  PackEntry at(long offset) {
    return new PackEntry(
        id, form, base, depth, leaves, new Place(offset, place.length(), place.checksums()));
  }
}
