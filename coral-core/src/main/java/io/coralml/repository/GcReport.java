package io.coralml.repository;

import io.coralml.store.SweepReport;

/**
 * What a clean-up came to.
 *
 * @param reflogEntries how many entries of logs had expired and were removed
 * @param historyObjects how many commits, directories and pointers were removed
 * @param tensors what became of the tensors
 * @param temporaries how many left-over half-written files were removed
 */
public record GcReport(
    int reflogEntries, int historyObjects, SweepReport tensors, int temporaries) {

  /** Returns how many bytes the packs of tensors have fewer now. */
  public long bytesReturned() {
    return tensors.bytesBefore() - tensors.bytesAfter();
  }
}
