package io.coralml.store;

import io.coralml.pack.PackEntry;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ForkJoinPool;

/**
 * Arrays for encoded bytes, lent to one reading after the other. As many are kept as threads that
 * read at once need for a tensor and its bases, each as large as the largest that was asked for
 * (which {@link TensorReading#atOnce} bounds), and only while memory allows. Thread-safe.
 */
final class SpareArrays {
  private final Queue<SoftReference<byte[]>> spare =
      new ArrayBlockingQueue<>(
          (PackEntry.MAX_DEPTH + 1) * (ForkJoinPool.getCommonPoolParallelism() + 1));

  /** Lends arrays for a reading until it is over. */
  Loan lend() {
    return new Loan();
  }

  /** What one reading has borrowed. For one thread. */
  final class Loan implements AutoCloseable {
    private final List<byte[]> lent = new ArrayList<>();

    private Loan() {}

    /** Returns an array of at least that many bytes; what is in it is left over. */
    byte[] take(int length) {
      byte[] bytes = spareOrNew(length);
      lent.add(bytes);
      return bytes;
    }

    /** Gives all arrays back, which nobody may use any more. */
    @Override
    public void close() {
      lent.forEach(bytes -> spare.offer(new SoftReference<>(bytes)));
      lent.clear();
    }
  }

  private byte[] spareOrNew(int length) {
    for (SoftReference<byte[]> next = spare.poll(); next != null; next = spare.poll()) {
      byte[] found = next.get();
      if (found != null && found.length >= length) {
        return found;
      }
    }
    return new byte[length];
  }
}
