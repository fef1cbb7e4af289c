package io.coralml.store;

/**
 * What a repack came to.
 *
 * @param dryRun whether nothing was written; the bytes after are then what they would be
 * @param complete false if it was cancelled; another one goes on where it ended
 * @param tensors how many the store holds
 * @param reencoded how many were encoded anew against another base, or alone
 * @param copied how many were copied because their pack was replaced
 * @param inUse how many stay as they are because open batches rely on them
 * @param bytesBefore bytes of the pack files before
 * @param bytesAfter bytes of the pack files after, as the file system counts them
 * @param packsBefore number of pack files before
 * @param packsAfter number of pack files after
 */
public record RepackReport(
    boolean dryRun,
    boolean complete,
    int tensors,
    int reencoded,
    int copied,
    int inUse,
    long bytesBefore,
    long bytesAfter,
    int packsBefore,
    int packsAfter) {

  /** Returns how many bytes fewer the packs have. */
  public long savedBytes() {
    return bytesBefore - bytesAfter;
  }
}
