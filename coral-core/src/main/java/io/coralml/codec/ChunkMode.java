package io.coralml.codec;

import io.coralml.CorruptDataException;

/**
 * The forms a chunk can take. The first byte of every chunk is the mode's {@link #code()}; what
 * follows is specified here.
 *
 * <h2>Specification, format 1</h2>
 *
 * <table>
 * <caption>Chunk modes; n is the number of raw bytes of the chunk, w the element width in bytes (1
 * for packed and opaque dtypes)</caption>
 * <tr><th>code</th><th>mode</th><th>bytes that follow the code</th></tr>
 * <tr><td>0</td><td>{@link #RAW}</td><td>the n raw bytes</td></tr>
 * <tr><td>1</td><td>{@link #CONSTANT}</td><td>the w bytes of the one element all others equal</td></tr>
 * <tr><td>2</td><td>{@link #BASE}</td><td>none: the chunk equals the base's at the same place</td></tr>
 * <tr><td>3</td><td>{@link #ZSTD}</td><td>one zstd frame of n bytes: byte 0 of every element, then
 * byte 1 of every element, and so on to byte w - 1</td></tr>
 * </table>
 */
public enum ChunkMode {
  /** The bytes as they are. */
  RAW(0),
  /** Every element is the same. */
  CONSTANT(1),
  /** Equal to the base. */
  BASE(2),
  /** Byte planes through zstd. */
  ZSTD(3);

  private static final ChunkMode[] BY_CODE = values();

  private final int code;

  ChunkMode(int code) {
    this.code = code;
  }

  /** Returns the byte that names this mode in a chunk. */
  public int code() {
    return code;
  }

  /** Returns whether a chunk of this mode can only be read with the base. */
  public boolean needsBase() {
    return this == BASE;
  }

  static ChunkMode of(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new CorruptDataException(
          "A chunk has the unknown mode " + code + "; it is damaged or of a newer version.");
    }
    return BY_CODE[code];
  }
}
