package io.coralml.codec;

/**
 * An encoded chunk.
 *
 * @param bytes begin with the chunk, its mode first; there may be more of them
 * @param length of the chunk
 * @param tableBytes how many of them are neither symbols nor low or verbatim bits
 */
@SuppressWarnings("ArrayRecordComponent") // internal, and nobody changes or compares them
record CodedBytes(byte[] bytes, int length, int tableBytes) {
  /** Returns a chunk that has no tables: all but its mode are elements. */
  static CodedBytes plain(byte[] bytes) {
    return new CodedBytes(bytes, bytes.length, 1);
  }
}
