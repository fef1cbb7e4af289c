package io.coralml.repository;

import io.coralml.store.CheckLevel;

/** How closely a repository is checked. */
public enum FsckLevel {
  /** References, commits, pointers, and the tables of packs. No tensor is read. */
  STRUCTURE(CheckLevel.STRUCTURE),
  /** The structure, and the checksums of a tenth of the data, least recently checked first. */
  SAMPLE(CheckLevel.SAMPLE),
  /** Everything is read, decoded and compared with its identity. */
  DEEP(CheckLevel.DEEP);

  private final CheckLevel store;

  FsckLevel(CheckLevel store) {
    this.store = store;
  }

  CheckLevel store() {
    return store;
  }
}
