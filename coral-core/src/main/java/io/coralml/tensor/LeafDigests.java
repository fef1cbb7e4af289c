package io.coralml.tensor;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The SHA-256 of each 1 MiB leaf of a tensor's bytes, from which its {@link TensorId} follows. Kept
 * beside a stored tensor they let a range be verified by itself. Immutable and thread-safe.
 */
public final class LeafDigests {
  /** Bytes of a full leaf; the last one of a tensor may be shorter. */
  public static final int LEAF_BYTES = 1 << 20;

  private static final int DIGEST_BYTES = TensorId.BYTES;

  private final long byteLength;
  private final byte[] digests;

  private LeafDigests(long byteLength, byte[] digests) {
    this.byteLength = byteLength;
    this.digests = digests;
  }

  /** Hashes a source, its leaves in parallel when there are several. */
  public static LeafDigests of(TensorSource source) {
    int leaves = count(source.byteLength());
    byte[] digests = new byte[leaves * DIGEST_BYTES];
    IntStream all = IntStream.range(0, leaves);
    (leaves > 1 ? all.parallel() : all)
        .forEach(
            leaf -> {
              byte[] digest = digest(leafOf(source, leaf));
              System.arraycopy(digest, 0, digests, leaf * DIGEST_BYTES, DIGEST_BYTES);
            });
    return new LeafDigests(source.byteLength(), digests);
  }

  private static ByteBuffer leafOf(TensorSource source, int leaf) {
    long start = (long) leaf * LEAF_BYTES;
    int length = (int) Math.min(LEAF_BYTES, source.byteLength() - start);
    if (source instanceof Tensor tensor) {
      return tensor.bytes((int) start, length);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    source.read(start, bytes);
    return bytes.flip();
  }

  /**
   * Reads digests that were kept for a tensor of {@code byteLength} bytes.
   *
   * @param from holds {@link #count} times 32 bytes, from its position on; the position moves
   *     behind them
   * @throws CorruptDataException if the buffer holds fewer
   */
  public static LeafDigests read(long byteLength, ByteBuffer from) {
    long bytes = (long) count(byteLength) * DIGEST_BYTES;
    if (from.remaining() < bytes) {
      throw new CorruptDataException(
          "The leaf digests of a tensor of " + byteLength + " bytes are cut short; run fsck.");
    }
    byte[] digests = new byte[(int) bytes];
    from.get(digests);
    return new LeafDigests(byteLength, digests);
  }

  /**
   * Returns how many leaves a tensor of that many bytes has.
   *
   * @throws InvalidInputException if the length is negative or beyond 2^46 bytes (64 TiB)
   */
  public static int count(long byteLength) {
    if (byteLength < 0 || byteLength > 1L << 46) {
      throw new InvalidInputException("A tensor cannot have " + byteLength + " bytes.");
    }
    return (int) ((byteLength + LEAF_BYTES - 1) / LEAF_BYTES);
  }

  /** Returns the identity these leaves have under a dtype and shape. */
  public TensorId id(DType dtype, Shape shape) {
    MessageDigest sha = sha256();
    byte[] name = dtype.name().getBytes(StandardCharsets.US_ASCII);
    ByteBuffer head =
        ByteBuffer.allocate(TensorId.MAGIC.length + 1 + name.length + 4 + 8 * shape.rank() + 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(TensorId.MAGIC)
            .put((byte) name.length)
            .put(name)
            .putInt(shape.rank());
    for (int axis = 0; axis < shape.rank(); axis++) {
      head.putLong(shape.dim(axis));
    }
    head.putLong(byteLength);
    sha.update(head.flip());
    sha.update(digests);
    return TensorId.ofBytes(sha.digest());
  }

  /** Returns the number of leaves. */
  public int count() {
    return digests.length / DIGEST_BYTES;
  }

  /**
   * Returns whether these bytes are that leaf, bit for bit.
   *
   * @param leaf 0 is the first
   * @param bytes the whole leaf, from position to limit; the position does not move
   */
  public boolean matches(int leaf, ByteBuffer bytes) {
    int from = leaf * DIGEST_BYTES;
    return Arrays.equals(
        digest(bytes.duplicate()), 0, DIGEST_BYTES, digests, from, from + DIGEST_BYTES);
  }

  /** Returns all digests, 32 bytes each, in order. */
  public byte[] toBytes() {
    return digests.clone();
  }

  private static byte[] digest(ByteBuffer bytes) {
    MessageDigest sha = sha256();
    sha.update(bytes);
    return sha.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256.", e);
    }
  }
}
