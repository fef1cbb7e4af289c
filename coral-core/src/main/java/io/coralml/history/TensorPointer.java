package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a commit records of one tensor: what it is, never how or where its bytes are stored.
 *
 * <h2>Format, version 1</h2>
 *
 * UTF-8 text of lines that each end in a line feed, in this order:
 *
 * <pre>{@code
 * coral tensor 1
 * id 5f0c...64 hexadecimal digits
 * dtype F32
 * shape 256 128
 * bytes 131072
 * attribute layer 7
 * }</pre>
 *
 * A scalar's line is {@code shape} alone. There may be any number of attributes, each key once,
 * sorted by the UTF-16 order of the keys; keys and values are in percent code ({@link
 * PercentCode}), so a value may be empty. There is exactly one spelling of a pointer, so equal
 * pointers are equal git objects; anything else is refused. At most 64 KiB.
 *
 * @param id the tensor's permanent identity
 * @param dtype its element type
 * @param shape its extents
 * @param byteLength its number of bytes
 * @param attributes what the user noted about it; sorted, unmodifiable
 */
public record TensorPointer(
    TensorId id, DType dtype, Shape shape, long byteLength, SortedMap<String, String> attributes) {
  /** The longest pointer, in bytes. */
  public static final int MAX_BYTES = 64 << 10;

  private static final String MAGIC = "coral tensor 1";

  /** Copies the attributes and checks that the length fits dtype and shape. */
  public TensorPointer {
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
    Tensor.requireLength(dtype, shape, byteLength);
  }

  /** Returns the pointer to a tensor; computes its identity if it is not known yet. */
  public static TensorPointer to(TensorSource tensor, Map<String, String> attributes) {
    return new TensorPointer(
        tensor.id(),
        tensor.dtype(),
        tensor.shape(),
        tensor.byteLength(),
        new TreeMap<>(attributes));
  }

  /**
   * Returns the bytes of this pointer.
   *
   * @throws InvalidInputException if the attributes make it longer than 64 KiB
   */
  public byte[] format() {
    StringBuilder out = new StringBuilder(160);
    out.append(MAGIC).append("\nid ").append(id).append("\ndtype ").append(dtype.name());
    out.append("\nshape");
    for (long dim : shape.dims()) {
      out.append(' ').append(dim);
    }
    out.append("\nbytes ").append(byteLength).append('\n');
    attributes.forEach(
        (key, value) ->
            out.append("attribute ")
                .append(PercentCode.encode(key))
                .append(' ')
                .append(PercentCode.encode(value))
                .append('\n'));
    byte[] bytes = out.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      throw new InvalidInputException(
          "The attributes of a tensor take "
              + bytes.length
              + " bytes; the limit is "
              + MAX_BYTES
              + ".");
    }
    return bytes;
  }

  /**
   * Reads a pointer.
   *
   * @throws CorruptDataException if the bytes are not exactly what {@link #format} would write
   */
  public static TensorPointer parse(byte[] bytes) {
    try {
      if (bytes.length > MAX_BYTES) {
        throw new InvalidInputException("It is too long.");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      TensorPointer pointer = parse(text.split("\n", -1));
      if (Arrays.equals(pointer.format(), bytes)) {
        return pointer;
      }
    } catch (InvalidInputException | CharacterCodingException | NumberFormatException e) {
      throw new CorruptDataException(
          "A commit's record of a tensor is not what Coral writes; run 'coral fsck'.", e);
    }
    throw new CorruptDataException(
        "A commit's record of a tensor is not spelled as Coral spells it; run 'coral fsck'.");
  }

  private static TensorPointer parse(String[] lines) {
    if (lines.length < 6 || !lines[0].equals(MAGIC)) {
      throw new InvalidInputException("It is no pointer of version 1.");
    }
    TensorId id = TensorId.parse(value(lines[1], "id "));
    DType dtype = DType.named(value(lines[2], "dtype "));
    String dims = value(lines[3], "shape");
    Shape shape =
        dims.isEmpty()
            ? Shape.scalar()
            : Shape.of(
                Arrays.stream(dims.substring(1).split(" ", Shape.MAX_RANK + 1))
                    .mapToLong(Long::parseLong)
                    .toArray());
    long byteLength = Long.parseLong(value(lines[4], "bytes "));
    SortedMap<String, String> attributes = new TreeMap<>();
    for (int i = 5; i < lines.length - 1; i++) {
      String[] pair = value(lines[i], "attribute ").split(" ", 2);
      if (pair.length != 2) {
        throw new InvalidInputException("An attribute has no value.");
      }
      attributes.put(PercentCode.decode(pair[0]), PercentCode.decode(pair[1]));
    }
    return new TensorPointer(id, dtype, shape, byteLength, attributes);
  }

  private static String value(String line, String key) {
    if (!line.startsWith(key)) {
      throw new InvalidInputException("A line does not begin with " + key.strip() + ".");
    }
    return line.substring(key.length());
  }

  /** Returns dtype, shape and attributes in one line, for people to read. */
  public String describe() {
    String noted =
        attributes.entrySet().stream()
            .map(entry -> ' ' + Quoted.escape(entry.getKey() + '=' + entry.getValue()))
            .collect(Collectors.joining());
    return dtype + " " + shape + noted;
  }
}
