package io.coralml.codec;

/**
 * An encoded chunk.
 *
 * @param bytes the chunk, its mode first
 * @param tableBytes how many of them are neither symbols nor low or verbatim bits
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and nobody changes or compares them
record CodedBytes(byte[] bytes, int tableBytes) {
  /** Returns a chunk that has no tables: all but its mode are elements. */
  static CodedBytes plain(byte[] bytes) {
    return new CodedBytes(bytes, 1);
  }

  int length() {
    return bytes.length;
  }
}
