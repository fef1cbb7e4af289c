package io.coralml.codec;

import java.lang.ref.SoftReference;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Work arrays that decoding threads take and give back, kept from tensor to tensor: for a small one
 * making them costs as much as decoding. As many are kept as threads decode at once, each as large
 * as the largest chunk needed, and only while memory allows. Thread-safe.
 */
public final class DecodingSpace {
  private final Queue<SoftReference<Workspace>> idle =
      new ArrayBlockingQueue<>(ChunkTasks.defaultThreads());

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

  void clear() {
    idle.clear();
  }
}
