package io.coralml.codec;

/**
 * How hard the encoder looks for a smaller form. Every effort writes the same format, and decoding
 * needs to know none of this.
 */
public enum Effort {
  /** Speed first: one context, two elements to a symbol where that costs little. */
  FAST,
  /** The default: near the entropy limit at full speed. */
  BALANCED,
  /** Size first: searches what the others take for granted. */
  MAX
}
