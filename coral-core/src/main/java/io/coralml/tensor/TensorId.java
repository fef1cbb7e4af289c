package io.coralml.tensor;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The permanent identity of a tensor: equal ids mean equal dtype, equal shape and equal bits. It
 * says nothing of how or where the tensor is stored.
 *
 * <h2>Specification, version 1 (never changes)</h2>
 *
 * The little-endian bytes of the tensor are cut into leaves of 1 MiB (1,048,576 bytes); the last
 * leaf may be shorter and an empty tensor has none. The id is the SHA-256 of this message, integers
 * little-endian:
 *
 * <table>
 * <caption>Message hashed to the identity</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>16</td><td>ASCII {@code coral.tensor.id1}</td></tr>
 * <tr><td>1</td><td>length of the dtype name, 1 to 64</td></tr>
 * <tr><td>n</td><td>dtype name, ASCII, as {@link DType#name()}</td></tr>
 * <tr><td>4</td><td>rank</td></tr>
 * <tr><td>8 each</td><td>extents, outermost first</td></tr>
 * <tr><td>8</td><td>number of bytes of the tensor</td></tr>
 * <tr><td>32 each</td><td>SHA-256 of each leaf's bytes, in order</td></tr>
 * </table>
 *
 * Leaves hash in parallel, and whoever keeps the leaf digests ({@link LeafDigests}) can verify a
 * range of a tensor without reading the rest. Immutable and thread-safe; the natural order is that
 * of the unsigned bytes.
 */
public final class TensorId implements Comparable<TensorId> {
  /** Bytes in an id. */
  public static final int BYTES = 32;

  static final byte[] MAGIC = "coral.tensor.id1".getBytes(StandardCharsets.US_ASCII);

  // Four longs, not a byte[32]: an index holds a great many of these.
  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  private TensorId(ByteBuffer bigEndian) {
    first = bigEndian.getLong();
    second = bigEndian.getLong();
    third = bigEndian.getLong();
    fourth = bigEndian.getLong();
  }

  /** Computes the id of a tensor; tensors of several leaves are hashed in parallel. */
  public static TensorId of(TensorSource source) {
    return LeafDigests.of(source).id(source.dtype(), source.shape());
  }

  /**
   * Reads an id's 32 bytes from the buffer's position, which moves behind them.
   *
   * @throws java.nio.BufferUnderflowException if fewer than 32 bytes remain
   */
  public static TensorId read(ByteBuffer from) {
    byte[] bytes = new byte[BYTES];
    from.get(bytes);
    return ofBytes(bytes);
  }

  /**
   * Returns the id of these bytes.
   *
   * @throws InvalidInputException if there are not 32 of them
   */
  public static TensorId ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new InvalidInputException("A tensor id has 32 bytes, not " + bytes.length + ".");
    }
    return new TensorId(ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN));
  }

  /**
   * Parses 64 hexadecimal digits.
   *
   * @throws InvalidInputException if the text is anything else
   */
  public static TensorId parse(String hex) {
    boolean valid = hex.length() == 2 * BYTES;
    for (int i = 0; valid && i < hex.length(); i++) {
      valid = hex.charAt(i) < 0x80 && HexFormat.isHexDigit(hex.charAt(i));
    }
    if (!valid) {
      throw new InvalidInputException("A tensor id is written as 64 hexadecimal digits.");
    }
    return ofBytes(HexFormat.of().parseHex(hex));
  }

  /** Appends the 32 bytes to the buffer. */
  public void write(ByteBuffer into) {
    into.put(toBytes());
  }

  /** Returns the 32 bytes. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(BYTES)
        .order(ByteOrder.BIG_ENDIAN)
        .putLong(first)
        .putLong(second)
        .putLong(third)
        .putLong(fourth)
        .array();
  }

  @Override
  public int compareTo(TensorId other) {
    int order = Long.compareUnsigned(first, other.first);
    order = order != 0 ? order : Long.compareUnsigned(second, other.second);
    order = order != 0 ? order : Long.compareUnsigned(third, other.third);
    return order != 0 ? order : Long.compareUnsigned(fourth, other.fourth);
  }

  /**
   * Compares this id with one that lies in a buffer, without reading it.
   *
   * @param bigEndian a buffer of that order
   * @param at where the other id's 32 bytes begin
   */
  public int compareTo(ByteBuffer bigEndian, int at) {
    int order = Long.compareUnsigned(first, bigEndian.getLong(at));
    order = order != 0 ? order : Long.compareUnsigned(second, bigEndian.getLong(at + 8));
    order = order != 0 ? order : Long.compareUnsigned(third, bigEndian.getLong(at + 16));
    return order != 0 ? order : Long.compareUnsigned(fourth, bigEndian.getLong(at + 24));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorId id
        && first == id.first
        && second == id.second
        && third == id.third
        && fourth == id.fourth;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  /** Returns 64 lower-case hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(toBytes());
  }
}
