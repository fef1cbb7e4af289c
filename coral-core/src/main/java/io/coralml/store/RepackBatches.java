package io.coralml.store;

import io.coralml.pack.PackEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the tensors of a repack into batches that are encoded side by side, each of which is held in
 * memory as a whole: few enough, and few enough bytes. A large tensor streams and ends its batch.
 */
final class RepackBatches {
  /** Small tensors that are encoded side by side. */
  static final int MOST_TENSORS = 64;

  /** Bytes of the small tensors of a batch, before encoding; less where the heap is small. */
  private static final long MOST_BYTES = 64L << 20;

  private RepackBatches() {}

  /** Returns the batches, in order. */
  static List<List<PackEntry>> of(List<PackEntry> entries) {
    return of(entries, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 8));
  }

  /** Returns batches with at most so many bytes of small tensors, if they have more than one. */
  static List<List<PackEntry>> of(List<PackEntry> entries, long most) {
    List<List<PackEntry>> batches = new ArrayList<>();
    List<PackEntry> batch = new ArrayList<>();
    long bytes = 0;
    for (PackEntry entry : entries) {
      long more = isLarge(entry) ? 0 : entry.form().byteLength();
      if (!batch.isEmpty() && (bytes + more > most || batch.size() == MOST_TENSORS)) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(entry);
      bytes += more;
      if (isLarge(entry)) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /** Returns whether a tensor streams from pack to pack instead of being held in memory. */
  static boolean isLarge(PackEntry entry) {
    return entry.form().byteLength() > PutBatch.SMALL_BYTES;
  }
}
