package io.coralml.perf.models;

import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A tensor of F32 or F16 as another float format has it: F16 exactly (narrowing that would round is
 * refused), BF16 rounded to nearest even, F32 widened exactly. NaN payloads are kept as far as the
 * format holds them. Computed when it is read; as thread-safe as its source.
 */
final class Cast extends ElementSource {
  private final TensorSource source;
  private final FloatFormat from;

  private Cast(TensorSource source, FloatFormat to) {
    super(to, source.shape());
    this.source = source;
    this.from = FloatFormat.of(source.dtype());
  }

  /** Returns the tensor in a format, or the tensor itself if it is no float or has it already. */
  static TensorSource of(TensorSource source, FloatFormat to) {
    boolean floats = source.dtype().equals(DType.F32) || source.dtype().equals(DType.F16);
    return !floats || source.dtype().equals(to.dtype()) ? source : new Cast(source, to);
  }

  @Override
  void fill(long first, ByteBuffer elements) {
    int count = elements.remaining() / format().bytes();
    ByteBuffer old = ByteBuffer.allocate(count * from.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    source.read(first * from.bytes(), old);
    old.flip();
    while (old.hasRemaining()) {
      int bits = from.getFloatBits(old);
      switch (format()) {
        case F32 -> elements.putInt(bits);
        case F16 -> elements.putShort(FloatFormat.floatBitsToHalf(bits));
        case BF16 -> elements.putShort(FloatFormat.floatBitsToBfloat16(bits));
      }
    }
  }
}
