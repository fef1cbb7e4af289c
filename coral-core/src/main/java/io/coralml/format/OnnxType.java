package io.coralml.format;

import io.coralml.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The element types of ONNX ({@code TensorProto.DataType}): what they are here, and which repeated
 * field holds them when they are not raw.
 *
 * @param dtype the type here; the ones safetensors has no name for are opaque
 * @param bits bits per element, also of opaque ones
 * @param field the number of the typed field
 * @param storedBytes bytes that one value of the typed field contributes to the tensor
 */
record OnnxType(DType dtype, int bits, int field, int storedBytes) {
  static final int FLOAT_DATA = 4;
  static final int INT32_DATA = 5;
  static final int INT64_DATA = 7;
  static final int DOUBLE_DATA = 10;
  static final int UINT64_DATA = 11;

  static final int STRING = 8;

  private static OnnxType of(DType dtype, int field) {
    return new OnnxType(dtype, dtype.bits(), field, dtype.bits() / 8);
  }

  private static OnnxType packed(String name, int bits) {
    return new OnnxType(DType.named(name), bits, INT32_DATA, 1);
  }

  /** Returns the type of that number, or null if there is none. */
  static @Nullable OnnxType numbered(int number) {
    return switch (number) {
      case 1 -> of(DType.F32, FLOAT_DATA);
      case 2 -> of(DType.U8, INT32_DATA);
      case 3 -> of(DType.I8, INT32_DATA);
      case 4 -> of(DType.U16, INT32_DATA);
      case 5 -> of(DType.I16, INT32_DATA);
      case 6 -> of(DType.I32, INT32_DATA);
      case 7 -> of(DType.I64, INT64_DATA);
      case 9 -> of(DType.BOOL, INT32_DATA);
      case 10 -> of(DType.F16, INT32_DATA);
      case 11 -> of(DType.F64, DOUBLE_DATA);
      case 12 -> of(DType.U32, UINT64_DATA);
      case 13 -> of(DType.U64, UINT64_DATA);
      case 14 -> new OnnxType(DType.C64, 64, FLOAT_DATA, Float.BYTES);
      case 15 -> new OnnxType(DType.named("C128"), 128, DOUBLE_DATA, Double.BYTES);
      case 16 -> of(DType.BF16, INT32_DATA);
      case 17 -> of(DType.F8_E4M3, INT32_DATA);
      case 18 -> of(DType.F8_E4M3FNUZ, INT32_DATA);
      case 19 -> of(DType.F8_E5M2, INT32_DATA);
      case 20 -> of(DType.F8_E5M2FNUZ, INT32_DATA);
      case 21 -> packed("U4", 4);
      case 22 -> packed("I4", 4);
      case 23 -> packed("ONNX_F4", 4);
      case 24 -> of(DType.F8_E8M0, INT32_DATA);
      case 25 -> packed("U2", 2);
      case 26 -> packed("I2", 2);
      default -> null;
    };
  }

  /** Returns the bytes that so many elements fill, or -1 if 63 bits cannot count them. */
  long byteLength(long elements) {
    if (Math.multiplyHigh(elements, bits) != 0
        || elements * bits < 0
        || elements * bits > Long.MAX_VALUE - 7) {
      return -1;
    }
    return (elements * bits + 7) / 8;
  }
}
