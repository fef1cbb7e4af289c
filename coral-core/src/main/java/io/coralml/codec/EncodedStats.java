package io.coralml.codec;

import io.coralml.tensor.DType;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What an encoding cost, for reports. Immutable.
 *
 * @param elements number of elements; for packed and opaque dtypes, number of bytes
 * @param rawBytes bytes of the tensor
 * @param encodedBytes bytes of the encoding, everything included
 * @param tableBytes how many of those are header, chunk table, checksums, modes and entropy-coder
 *     tables; tables inside sparse chunks are not among them
 * @param chunks number of chunks of each mode; modes that do not occur are absent
 */
public record EncodedStats(
    long elements,
    long rawBytes,
    long encodedBytes,
    long tableBytes,
    Map<ChunkMode, Integer> chunks) {

  /** Keeps a copy of the counts, in the order of the modes. */
  public EncodedStats {
    EnumMap<ChunkMode, Integer> counts = new EnumMap<>(ChunkMode.class);
    counts.putAll(chunks);
    chunks = Collections.unmodifiableMap(counts);
  }

  static long elementsOf(DType dtype, long rawBytes) {
    return dtype.isByteAligned() ? rawBytes / dtype.bytes() : rawBytes;
  }

  /** Returns encoded bits per element; 0 for an empty tensor. */
  public double bitsPerWeight() {
    return elements == 0 ? 0 : encodedBytes * 8.0 / elements;
  }

  /** Returns raw bytes over encoded bytes. */
  public double ratio() {
    return (double) rawBytes / encodedBytes;
  }

  /**
   * Returns how far above a limit this encoding lies, as a fraction: 0.02 is 2 % above.
   *
   * @param limitBitsPerWeight the entropy of the source in bits per element, known from how the
   *     data came about; never from the encoder's own histogram
   */
  public double distanceTo(double limitBitsPerWeight) {
    return bitsPerWeight() / limitBitsPerWeight - 1;
  }
}
