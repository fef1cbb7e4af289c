package io.coralml.perf.comparators;

import io.coralml.perf.models.FloatFormat;
import java.util.List;

/**
 * A lossless way of storing an array of floats, given another array of the same length or by
 * itself. Instances keep buffers and are for one thread.
 */
public interface ReferenceCodec {
  /** Returns what tables call it. */
  String name();

  /** Returns whether the base matters; if not, any array may be passed for it. */
  boolean usesBase();

  /** Returns how many bytes {@link #encode} can need at most. */
  int maxEncodedLength(int length);

  /**
   * Encodes an array.
   *
   * @param target little-endian floats
   * @param base as many bytes as the target, for codecs that use one
   * @param out receives the result from index 0 on; at least {@link #maxEncodedLength} long
   * @return bytes written, all that decoding needs besides the base and the target's length
   */
  int encode(byte[] target, byte[] base, byte[] out);

  /**
   * Decodes an array, which is filled whole.
   *
   * @param encoded what {@link #encode} wrote
   * @param base as it was given to {@link #encode}
   * @param target receives the floats
   */
  void decode(byte[] encoded, byte[] base, byte[] target);

  /** Returns new instances of every codec for a float format, cheapest first. */
  static List<ReferenceCodec> all(FloatFormat format) {
    return List.of(
        new PlainZstd(1),
        new PlainZstd(3),
        new PlainZstd(9),
        new PlainZstd(19),
        new PlaneZstd(format, 3, false),
        new PlaneZstd(format, 1, true),
        new PlaneZstd(format, 3, true),
        new PlaneZstd(format, 19, true),
        new ExponentSplit(format),
        new RangeCoder(format));
  }
}
