package io.coralml.store;

import java.util.function.BooleanSupplier;

/**
 * How a repack is carried out.
 *
 * @param dryRun whether to encode everything and count the bytes, but write nothing
 * @param cancelled asked between tensors; once it says yes the repack ends early, safely
 * @param progress told how far it is
 */
public record RepackOptions(boolean dryRun, BooleanSupplier cancelled, Progress progress) {
  /** Is told how far a repack is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Told after every few tensors, from the thread that repacks.
     *
     * @param done tensors that are encoded or copied
     * @param all tensors there are to encode or copy
     */
    void at(long done, long all);
  }

  /** In earnest, to the end, in silence. */
  public static RepackOptions defaults() {
    return new RepackOptions(false, () -> false, (done, all) -> {});
  }

  /** Returns these options for a dry run, or not. */
  public RepackOptions withDryRun(boolean other) {
    return new RepackOptions(other, cancelled, progress);
  }

  /** Returns these options with another way to cancel. */
  public RepackOptions withCancelled(BooleanSupplier other) {
    return new RepackOptions(dryRun, other, progress);
  }

  /** Returns these options with another listener. */
  public RepackOptions withProgress(Progress other) {
    return new RepackOptions(dryRun, cancelled, other);
  }
}
