package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.codec.DecodingSpace;
import io.coralml.codec.EncodedTensor;
import io.coralml.codec.TensorCodec;
import io.coralml.io.ByteSource;
import io.coralml.pack.PackEntry;
import io.coralml.tensor.DType;
import io.coralml.tensor.LeafDigests;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One stored tensor being decoded. {@link #leaf} and {@link #whole} verify what they return; {@link
 * #unverified} does not, and serves as the base of another reading, whose own verification covers
 * it.
 */
final class TensorReading {
  /** Encoded tensors up to this size are read in one go rather than chunk by chunk. */
  private static final int READ_AT_ONCE = 1 << 18;

  /** From here on two threads share a tensor of one leaf: one decodes, one hashes. */
  private static final int SHARED = 1 << 18;

  private final PackEntry entry;
  private final EncodedTensor raw;
  private final String where;

  private TensorReading(PackEntry entry, EncodedTensor raw, String where) {
    this.entry = entry;
    this.raw = raw;
    this.where = where;
  }

  /** Decoded bytes under the identity they ought to have, not checked. */
  private record Unverified(TensorSource raw, TensorId id) implements TensorSource {
    @Override
    public DType dtype() {
      return raw.dtype();
    }

    @Override
    public Shape shape() {
      return raw.shape();
    }

    @Override
    public long byteLength() {
      return raw.byteLength();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      raw.read(position, into);
    }
  }

  /**
   * Opens an encoded tensor.
   *
   * @param encoded its bytes
   * @param base the tensor it is a delta against; null if it stands alone
   * @param where the pack, for messages
   * @param space where it is decoded
   * @throws CorruptDataException if the bytes are not the encoding of such a tensor
   */
  static TensorReading open(
      PackEntry entry,
      ByteSource encoded,
      @Nullable TensorSource base,
      String where,
      DecodingSpace space) {
    EncodedTensor raw;
    try {
      raw = TensorCodec.open(encoded, base, space);
    } catch (InvalidInputException e) {
      throw new CorruptDataException(damage(entry, where, "its base does not fit"), e);
    }
    PackEntry.Form found = new PackEntry.Form(raw.dtype(), raw.shape(), raw.byteLength());
    if (!found.equals(entry.form())) {
      throw new CorruptDataException(
          damage(entry, where, "it is encoded as " + found.dtype() + " " + found.shape()));
    }
    LeafDigests leaves = entry.leaves();
    if (leaves != null && !leaves.id(found.dtype(), found.shape()).equals(entry.id())) {
      throw new CorruptDataException(damage(entry, where, "its leaf digests are another tensor's"));
    }
    return new TensorReading(entry, raw, where);
  }

  /**
   * Reads an encoded tensor in one go if it is small.
   *
   * @param room returns arrays of at least so many bytes
   * @return where its bytes are now
   */
  static ByteSource atOnce(ByteSource encoded, IntFunction<byte[]> room) {
    if (encoded.length() > READ_AT_ONCE) {
      return encoded;
    }
    int length = (int) encoded.length();
    ByteBuffer bytes = ByteBuffer.wrap(room.apply(length), 0, length);
    encoded.read(0, bytes);
    return ByteSource.of(bytes.flip());
  }

  private static String damage(PackEntry entry, String where, String what) {
    return "Tensor " + entry.id() + " in pack '" + where + "' is damaged: " + what + "; run fsck.";
  }

  /** Returns the tensor under its identity without verifying what is read from it. */
  TensorSource unverified() {
    return new Unverified(raw, entry.id());
  }

  /**
   * Returns a 1 MiB leaf, verified; the last one may be shorter.
   *
   * @throws CorruptDataException if it is not what was stored
   */
  ByteBuffer leaf(int index) {
    long start = (long) index * LeafDigests.LEAF_BYTES;
    int length = (int) Math.min(LeafDigests.LEAF_BYTES, entry.form().byteLength() - start);
    ByteBuffer bytes = ByteBuffer.allocate(length);
    raw.read(start, bytes);
    bytes.flip();
    LeafDigests leaves = entry.leaves();
    boolean intact =
        leaves == null ? tensor(bytes).id().equals(entry.id()) : leaves.matches(index, bytes);
    if (!intact) {
      throw new CorruptDataException(damage(entry, where, "its bytes are not what was stored"));
    }
    return bytes;
  }

  /**
   * Returns the whole tensor, verified.
   *
   * @throws CorruptDataException if it is not what was stored
   * @throws InvalidInputException if it has 2 GiB or more
   */
  Tensor whole() {
    if (entry.form().byteLength() > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          "Tensor "
              + entry.id()
              + " has "
              + entry.form().byteLength()
              + " bytes and does not fit in one buffer; open it and read it in pieces.");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.form().byteLength());
    Tensor tensor = shared(bytes.capacity()) ? followed(bytes) : alone(bytes);
    if (!tensor.id().equals(entry.id())) {
      throw new CorruptDataException(damage(entry, where, "its bytes are not what was stored"));
    }
    return tensor;
  }

  /** Whether another thread is to hash while this one decodes; several leaves are hashed after. */
  private static boolean shared(int length) {
    return length >= SHARED
        && length <= LeafDigests.LEAF_BYTES
        && ForkJoinPool.getCommonPoolParallelism() > 0;
  }

  private Tensor alone(ByteBuffer bytes) {
    raw.read(0, bytes);
    return tensor(bytes.flip());
  }

  private Tensor followed(ByteBuffer bytes) {
    FollowingDigest digest = new FollowingDigest(bytes);
    raw.readAll(bytes, digest);
    LeafDigests leaf = LeafDigests.read(bytes.capacity(), ByteBuffer.wrap(digest.finish()));
    return Tensor.of(entry.form().dtype(), entry.form().shape(), bytes.flip(), leaf);
  }

  /**
   * Decodes and verifies everything, a leaf at a time.
   *
   * @throws CorruptDataException if it is not what was stored
   */
  void verify() {
    int leaves = LeafDigests.count(entry.form().byteLength());
    for (int leaf = 0; leaf < leaves; leaf++) {
      leaf(leaf);
    }
    if (leaves == 0) {
      whole();
    }
  }

  private Tensor tensor(ByteBuffer bytes) {
    return Tensor.of(entry.form().dtype(), entry.form().shape(), bytes);
  }
}
