package io.coralml.codec;

/**
 * How an encoder numbers the symbols of a context before it knows which occur: exact differences by
 * their distance to the least, one number for those whose symbol is not found yet, buckets,
 * absolute symbols. The numbers of the next context follow.
 *
 * @param reach the farthest exact difference, -1 if there are no differences
 * @param fraction of the buckets
 * @param buckets the number of the first bucket
 * @param absolutes the number of the first absolute symbol
 * @param size how many numbers a context has
 */
record CodeSpace(int reach, int fraction, int buckets, int absolutes, int size) {
  /** Returns the numbers of differences of so many bits, and of absolute symbols. */
  static CodeSpace differences(int reach, int fraction, int bits, int absolutes) {
    int buckets = DeltaCodes.notExact(reach) + 1;
    int beyond = buckets + Buckets.code(-1 << (bits - 1), fraction) + 1;
    return new CodeSpace(reach, fraction, buckets, beyond, beyond + absolutes);
  }

  /** Returns the numbers of exact differences and of one absolute symbol for all others. */
  static CodeSpace pairs(int reach) {
    int absolute = DeltaCodes.notExact(reach);
    return new CodeSpace(reach, 0, absolute, absolute, absolute + 1);
  }

  /** Returns the numbers where there are only absolute symbols. */
  static CodeSpace alone(int absolutes) {
    return new CodeSpace(-1, 0, 0, 0, absolutes);
  }
}
