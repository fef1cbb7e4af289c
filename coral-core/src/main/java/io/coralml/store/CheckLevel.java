package io.coralml.store;

/** How closely a store is checked. */
public enum CheckLevel {
  /** Header pages, tables, descriptions, and that every base is there. No tensor is read. */
  STRUCTURE,
  /** The structure, and the checksums of a share of the packs, least recently checked first. */
  SAMPLE,
  /** Everything is decoded and compared with its identity. */
  DEEP
}
