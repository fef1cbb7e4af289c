package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor whose elements lie in one of ONNX's typed fields, as numbers in the wire format. They
 * cannot be addressed there, so all are decoded at the first read and kept while memory allows.
 * Thread-safe.
 */
final class OnnxTypedData implements TensorSource {
  private final String file;
  private final ByteSource bytes;
  private final long start;
  private final long end;
  private final OnnxType type;
  private final Shape shape;
  private final long byteLength;

  // A race decodes the same immutable tensor twice, which is harmless.
  private volatile SoftReference<Tensor> decoded = new SoftReference<>(null);

  OnnxTypedData(
      String file,
      ByteSource bytes,
      long start,
      long end,
      OnnxType type,
      Shape shape,
      long byteLength) {
    this.file = file;
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.type = type;
    this.shape = shape;
    this.byteLength = byteLength;
  }

  /** Returns how many values the current field holds, and moves behind it. */
  static long count(ProtoReader message) {
    int field = message.field();
    int width =
        switch (field) {
          case OnnxType.FLOAT_DATA -> Float.BYTES;
          case OnnxType.DOUBLE_DATA -> Double.BYTES;
          default -> 0;
        };
    if (!message.isBytes()) {
      message.require(
          switch (width) {
            case Float.BYTES -> ProtoReader.FIXED32;
            case Double.BYTES -> ProtoReader.FIXED64;
            default -> ProtoReader.VARINT;
          });
      message.skip();
      return 1;
    }
    ProtoReader packed = message.message();
    long length = packed.end() - packed.position();
    if (width != 0) {
      if (length % width != 0) {
        throw packed.broken("field " + field + " has " + length + " bytes of packed numbers");
      }
      return length / width;
    }
    long count = 0;
    while (!packed.atEnd()) {
      packed.varint();
      count++;
    }
    return count;
  }

  @Override
  public DType dtype() {
    return type.dtype();
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public long byteLength() {
    return byteLength;
  }

  @Override
  public void read(long position, ByteBuffer into) {
    Tensor tensor = decoded.get();
    if (tensor == null) {
      tensor = decode();
      decoded = new SoftReference<>(tensor);
    }
    tensor.read(position, into);
  }

  private Tensor decode() {
    if (byteLength > Integer.MAX_VALUE - 8) {
      throw new InvalidInputException(
          file
              + " has an initialiser of "
              + byteLength
              + " bytes in a typed field; save it as raw data.");
    }
    ByteBuffer values = ByteBuffer.allocate((int) byteLength).order(ByteOrder.LITTLE_ENDIAN);
    ProtoReader message = ProtoReader.over(file, bytes, start, end);
    while (message.next()) {
      if (message.field() != type.field()) {
        message.skip();
      } else if (message.isBytes()) {
        ProtoReader packed = message.message();
        while (!packed.atEnd()) {
          decodeOne(packed, values);
        }
      } else {
        decodeOne(message, values);
      }
    }
    if (values.hasRemaining()) {
      throw changed(message);
    }
    return Tensor.of(type.dtype(), shape, values.flip());
  }

  private static CorruptDataException changed(ProtoReader message) {
    return message.broken("it changed while it was being read");
  }

  private void decodeOne(ProtoReader from, ByteBuffer values) {
    if (values.remaining() < type.storedBytes()) {
      throw changed(from);
    }
    switch (type.field()) {
      case OnnxType.FLOAT_DATA -> values.putInt(from.fixed32());
      case OnnxType.DOUBLE_DATA -> values.putLong(from.fixed64());
      default -> narrow(from, from.varint(), values);
    }
  }

  /** Puts the low bytes of a number, which must not lose anything by it. */
  private void narrow(ProtoReader from, long value, ByteBuffer values) {
    int bits = 8 * type.storedBytes();
    if (bits < Long.SIZE) {
      boolean fits =
          type.field() == OnnxType.UINT64_DATA
              ? value >>> bits == 0
              : value >= -(1L << (bits - 1)) && value < (bits == 32 ? 1L << 31 : 1L << bits);
      if (!fits) {
        throw from.broken("the number " + value + " is no " + type.dtype());
      }
    }
    switch (type.storedBytes()) {
      case 1 -> values.put((byte) value);
      case 2 -> values.putShort((short) value);
      case 4 -> values.putInt((int) value);
      default -> values.putLong(value);
    }
  }
}
