package io.coralml.codec;

import java.lang.ref.SoftReference;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Work arrays that decoding threads take and give back, kept from tensor to tensor: for a small one
 * making them costs as much as decoding. As many are kept as threads decode at once, each as large
 * as the largest chunk needed, and only while memory allows; likewise arrays for encoded bytes,
 * several to a thread, for a tensor and the bases it needs. Thread-safe.
 */
public final class DecodingSpace {
  private static final int BYTES_PER_THREAD = 5;

  private final Queue<SoftReference<Workspace>> idle =
      new ArrayBlockingQueue<>(ChunkTasks.defaultThreads());
  private final Queue<SoftReference<byte[]>> idleBytes =
      new ArrayBlockingQueue<>(BYTES_PER_THREAD * ChunkTasks.defaultThreads());

  Workspace take() {
    for (SoftReference<Workspace> next = idle.poll(); next != null; next = idle.poll()) {
      Workspace found = next.get();
      if (found != null) {
        return found;
      }
    }
    return new Workspace();
  }

  /** Takes arrays back; those for which there is no room are forgotten. */
  void giveBack(Workspace work) {
    idle.offer(new SoftReference<>(work));
  }

  /** Returns an array of at least that many bytes; what is in it is left over. */
  public byte[] takeBytes(int length) {
    for (SoftReference<byte[]> next = idleBytes.poll(); next != null; next = idleBytes.poll()) {
      byte[] found = next.get();
      if (found != null && found.length >= length) {
        return found;
      }
    }
    return new byte[length];
  }

  /** Takes an array back, which the caller must not use any more. */
  public void giveBackBytes(byte[] bytes) {
    idleBytes.offer(new SoftReference<>(bytes));
  }

  void clear() {
    idle.clear();
  }
}
