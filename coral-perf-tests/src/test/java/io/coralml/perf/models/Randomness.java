package io.coralml.perf.models;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers by position: number {@code i} of a stream is a function of the stream's key and
 * {@code i} alone, so that any part of a tensor can be made at any time, by any thread, and is the
 * same on every JDK.
 *
 * <p>The bits are those of SplitMix64 (Steele, Lea and Flood, 2014): {@code mix(key + (i + 1) *
 * 0x9E3779B97F4A7C15)}. Uniform numbers are the upper 53 bits plus one half, over 2^53: strictly
 * between 0 and 1. Normal numbers come in pairs by Box and Muller's formula from uniform numbers
 * {@code 2i} and {@code 2i + 1}, computed by {@link StrictMath}. Immutable.
 *
 * @param key names the stream
 */
public record Randomness(long key) {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final double SCALE = 0x1p-53;

  /** Returns the stream of a seed and a purpose, for instance the name of a tensor. */
  public static Randomness of(long seed, String purpose) {
    long key = mix(seed + GOLDEN);
    for (byte next : purpose.getBytes(StandardCharsets.UTF_8)) {
      key = mix(key ^ (next & 0xFF)) + GOLDEN;
    }
    return new Randomness(mix(key));
  }

  /** Returns 64 random bits. */
  public long bits(long index) {
    return mix(key + (index + 1) * GOLDEN);
  }

  /** Returns a number uniform between 0 and 1, neither included. */
  public double uniform(long index) {
    return ((bits(index) >>> 11) + 0.5) * SCALE;
  }

  /** Returns a number from the standard normal distribution. */
  public double normal(long index) {
    long pair = index & -2;
    double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(pair)));
    double angle = 2 * Math.PI * uniform(pair + 1);
    return radius * ((index & 1) == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
