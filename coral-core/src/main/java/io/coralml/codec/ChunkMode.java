package io.coralml.codec;

import io.coralml.CorruptDataException;

/**
 * The forms a chunk can take. The first byte of every chunk is the mode's {@link #code()}; what
 * follows is specified here.
 *
 * <h2>Specification, format 1</h2>
 *
 * <table>
 * <caption>Chunk modes; n is the number of raw bytes of the chunk, w the element width in bytes: half
 * of it for complex dtypes, 1 for packed and opaque ones</caption>
 * <tr><th>code</th><th>mode</th><th>bytes that follow the code</th></tr>
 * <tr><td>0</td><td>{@link #RAW}</td><td>the n raw bytes</td></tr>
 * <tr><td>1</td><td>{@link #CONSTANT}</td><td>the w bytes of the one element all others equal</td></tr>
 * <tr><td>2</td><td>{@link #BASE}</td><td>none: the chunk equals the base's at the same place</td></tr>
 * <tr><td>3</td><td>{@link #ZSTD}</td><td>one zstd frame of n bytes: byte 0 of every element, then
 * byte 1 of every element, and so on to byte w - 1</td></tr>
 * <tr><td>4</td><td>{@link #ALONE}</td><td>a coded chunk ({@code CodedChunk}) without a base</td></tr>
 * <tr><td>5</td><td>{@link #PALETTE}</td><td>the same; a name for symbols without verbatim bits</td></tr>
 * <tr><td>6</td><td>{@link #DELTA}</td><td>a coded chunk with a base</td></tr>
 * <tr><td>7</td><td>{@link #SPARSE}</td><td>where the elements are that differ from the base, and a
 * chunk of them ({@code SparseChunk})</td></tr>
 * <tr><td>8</td><td>{@link #SCALED}</td><td>a coded chunk with a base, its {@code Scales} in front of
 * the model</td></tr>
 * <tr><td>9</td><td>{@link #PAIRED}</td><td>a coded chunk with a base in which a symbol stands for
 * two slots ({@code SlotPairs})</td></tr>
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
  ZSTD(3),
  /** Sign, exponent and mantissa, the exponent entropy coded. */
  ALONE(4),
  /** Few different elements, or small ones, entropy coded as a whole. */
  PALETTE(5),
  /** Differences to the base, entropy coded in contexts from the base. */
  DELTA(6),
  /** A few elements differ from the base. */
  SPARSE(7),
  /** A delta in whose contexts rows and columns of a matrix have scales. */
  SCALED(8),
  /** A delta whose symbols stand for two elements each. */
  PAIRED(9);

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
    return this == BASE || this == DELTA || this == SPARSE || this == SCALED || this == PAIRED;
  }

  static ChunkMode of(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new CorruptDataException(
          "A chunk has the unknown mode " + code + "; it is damaged or of a newer version.");
    }
    return BY_CODE[code];
  }
}
