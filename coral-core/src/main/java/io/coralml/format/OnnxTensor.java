package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * One {@code TensorProto} of an ONNX file, checked; see {@link Onnx} for the rules.
 *
 * @param name the initialiser's name
 * @param source its elements, read when asked for
 */
record OnnxTensor(String name, TensorSource source) {
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;
  private static final int DIMS = 1;
  private static final int DATA_TYPE = 2;
  private static final int SEGMENT = 3;
  private static final int STRING_DATA = 6;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int INLINE = 0;
  private static final int EXTERNAL = 1;

  static OnnxTensor read(
      String file, ByteSource bytes, ProtoReader message, OnnxExternalData external) {
    return new Fields(file, bytes, message, external).read();
  }

  /** What has been seen of a message so far. */
  private static final class Fields {
    private final String file;
    private final ByteSource bytes;
    private final ProtoReader message;
    private final OnnxExternalData external;
    private final Map<String, String> externalEntries = new HashMap<>();
    private final long start;
    private final long[] dims = new long[Shape.MAX_RANK];
    private int rank;
    private long dataType;
    private String name = "";
    private long rawStart = -1;
    private long rawEnd;
    private long typedValues;
    private int typedField;
    private boolean isExternal;

    Fields(String file, ByteSource bytes, ProtoReader message, OnnxExternalData external) {
      this.file = file;
      this.bytes = bytes;
      this.message = message;
      this.external = external;
      this.start = message.position();
    }

    OnnxTensor read() {
      while (message.next()) {
        switch (message.field()) {
          case DIMS -> readDims();
          case DATA_TYPE -> dataType = message.integer();
          case NAME -> name = message.text();
          case RAW_DATA -> readRaw();
          case OnnxType.FLOAT_DATA,
              OnnxType.INT32_DATA,
              OnnxType.INT64_DATA,
              OnnxType.DOUBLE_DATA,
              OnnxType.UINT64_DATA ->
              countTyped();
          case SEGMENT, STRING_DATA -> throw unsupported("strings or segments");
          case EXTERNAL_DATA -> readExternalEntry(message.message());
          case DATA_LOCATION -> readLocation(message.integer());
          default -> message.skip();
        }
      }
      if (name.isEmpty()) {
        throw message.broken("an initialiser has no name");
      }
      return new OnnxTensor(name, source());
    }

    private void readLocation(long location) {
      if (location != INLINE && location != EXTERNAL) {
        throw unsupported("data in the unknown location " + location);
      }
      isExternal = location == EXTERNAL;
    }

    private void readExternalEntry(ProtoReader entry) {
      String key = "";
      String value = "";
      while (entry.next()) {
        switch (entry.field()) {
          case ENTRY_KEY -> key = entry.text();
          case ENTRY_VALUE -> value = entry.text();
          default -> entry.skip();
        }
      }
      if (externalEntries.put(key, value) != null) {
        throw broken("says twice where its data lies");
      }
    }

    private void readDims() {
      if (!message.isBytes()) {
        addDim(message.integer());
        return;
      }
      ProtoReader packed = message.message();
      while (!packed.atEnd()) {
        addDim(packed.varint());
      }
    }

    private void addDim(long dim) {
      if (rank == Shape.MAX_RANK) {
        throw message.broken("an initialiser has more than " + Shape.MAX_RANK + " dimensions");
      }
      dims[rank++] = dim;
    }

    private void readRaw() {
      if (rawStart >= 0) {
        throw broken("has its data twice");
      }
      ProtoReader raw = message.message();
      rawStart = raw.position();
      rawEnd = raw.end();
    }

    private void countTyped() {
      if (typedField != 0 && typedField != message.field()) {
        throw broken("has its data in two fields");
      }
      typedField = message.field();
      typedValues += OnnxTypedData.count(message);
    }

    private TensorSource source() {
      if (dataType == OnnxType.STRING) {
        throw unsupported("strings");
      }
      OnnxType type = dataType == (int) dataType ? OnnxType.numbered((int) dataType) : null;
      if (type == null) {
        throw broken("has the unknown element type " + dataType);
      }
      Shape shape = shape();
      long byteLength = type.byteLength(shape.elements());
      if (isExternal) {
        return external(type, shape, byteLength);
      }
      boolean raw = rawStart >= 0;
      if (raw && typedField != 0) {
        throw broken("has its data twice");
      }
      if (!raw && typedField != 0 && typedField != type.field()) {
        throw broken("is " + type.dtype() + " and has its data in field " + typedField);
      }
      long held = raw ? rawEnd - rawStart : typedValues * type.storedBytes();
      if (held != byteLength) {
        throw broken(
            "is " + type.dtype() + " of shape " + shape + " and holds " + held + " bytes of data");
      }
      return raw
          ? new SourceTensor(bytes, rawStart, type.dtype(), shape, byteLength)
          : new OnnxTypedData(file, bytes, start, message.end(), type, shape, byteLength);
    }

    private TensorSource external(OnnxType type, Shape shape, long byteLength) {
      if (rawStart >= 0 || typedField != 0) {
        throw broken("has its data twice");
      }
      ByteSource beside = external.at(externalEntries.getOrDefault("location", ""));
      long offset = number("offset", 0);
      long length = number("length", beside.length() - Math.min(offset, beside.length()));
      if (offset > beside.length() - length || length != byteLength) {
        throw broken(
            "is "
                + type.dtype()
                + " of shape "
                + shape
                + " and lies in "
                + length
                + " bytes from byte "
                + offset
                + " of "
                + beside.length());
      }
      return new SourceTensor(beside, offset, type.dtype(), shape, byteLength);
    }

    private long number(String key, long otherwise) {
      String text = externalEntries.get(key);
      if (text == null) {
        return otherwise;
      }
      if (text.isEmpty()
          || text.length() > 18
          || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw broken("has the " + key + " " + Quoted.of(text));
      }
      return Long.parseLong(text);
    }

    private Shape shape() {
      try {
        return Shape.of(Arrays.copyOf(dims, rank));
      } catch (InvalidInputException e) {
        throw new CorruptDataException(
            file + " has the initialiser " + Quoted.of(name) + ": " + e.getMessage(), e);
      }
    }

    private CorruptDataException broken(String rule) {
      return message.broken("the initialiser " + Quoted.of(name) + " " + rule);
    }

    private InvalidInputException unsupported(String what) {
      return new InvalidInputException(
          file
              + " has the initialiser "
              + Quoted.of(name)
              + " with "
              + what
              + ", which is not supported; save the model with all its weights inline.");
    }
  }
}
