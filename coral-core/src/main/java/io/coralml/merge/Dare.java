package io.coralml.merge;

import io.coralml.merge.ArithmeticMerge.Formula;
import java.nio.charset.StandardCharsets;

/**
 * Drop changes at random and rescale the rest. Whether an element is dropped is a pure function of
 * seed, tensor name, side and index, so that it depends neither on the order of reading nor on
 * threads: the output function of SplitMix64 (Steele, Lea, Flood, Fast Splittable Pseudorandom
 * Number Generators, 2014) over a counter, keyed by the FNV-1a hash of the name's UTF-8 bytes.
 */
record Dare(double dropRate, double lambda, long seed) implements Formula {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  @Override
  public ElementRule ruleFor(BothChanged change, FloatFormat format) {
    long key = mix(mix(seed) ^ hash(change.name()));
    long oursKey = mix(key + 1);
    long theirsKey = mix(key + 2);
    double rescaled = lambda / (1 - dropRate);
    return (index, base, ours, theirs) ->
        ChangeSum.apply(
            format,
            base,
            ours,
            uniform(oursKey, index) < dropRate ? 0 : rescaled,
            theirs,
            uniform(theirsKey, index) < dropRate ? 0 : rescaled);
  }

  private static double uniform(long key, long index) {
    return (mix(key + (index + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
  }

  private static long mix(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static long hash(String name) {
    long hash = FNV_OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    return hash;
  }
}
