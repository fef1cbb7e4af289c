package io.coralml.store;

import io.coralml.pack.PackEntry;
import io.coralml.tensor.TensorId;
import java.util.HashSet;
import java.util.Set;

/**
 * Where the bytes of a store are.
 *
 * @param packs number of pack files
 * @param packBytes their length on disk, everything included
 * @param tensors number of different tensors
 * @param deltas how many of them are stored as deltas
 * @param tensorBytes bytes the tensors themselves have
 * @param encodedBytes bytes their encodings have
 * @param deltaTensorBytes bytes the deltas' tensors themselves have
 * @param deltaEncodedBytes bytes the deltas' encodings have
 */
public record StoreStats(
    int packs,
    long packBytes,
    long tensors,
    long deltas,
    long tensorBytes,
    long encodedBytes,
    long deltaTensorBytes,
    long deltaEncodedBytes) {

  /** Counts each tensor once, whatever copies of it there are. */
  static StoreStats of(PackSet packs) {
    Set<TensorId> seen = new HashSet<>();
    long[] sums = new long[5];
    packs.packs().values().stream()
        .flatMap(pack -> pack.table().entries().stream())
        .filter(entry -> seen.add(entry.id()))
        .forEach(entry -> count(entry, sums));
    return new StoreStats(
        packs.packs().size(),
        packs.bytes(),
        seen.size(),
        sums[0],
        sums[1],
        sums[2],
        sums[3],
        sums[4]);
  }

  private static void count(PackEntry entry, long[] sums) {
    sums[1] += entry.form().byteLength();
    sums[2] += entry.place().length();
    if (entry.depth() > 0) {
      sums[0]++;
      sums[3] += entry.form().byteLength();
      sums[4] += entry.place().length();
    }
  }
}
