package io.coralml.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of bytes that one thread is just decoding: another one follows it and hashes what is
 * there, so that both are done at about the same time. The other one never waits: it goes when it
 * has caught up, and is called again when there is enough to do. If the pool has no thread to
 * spare, the first one hashes everything when it has decoded everything.
 */
final class FollowingDigest implements IntConsumer {
  /** So many bytes are worth a call: far longer to hash than a thread takes to wake up. */
  private static final int WORTH = 96 << 10;

  /** Bytes hashed in one go: for so long the first thread may wait at the end. */
  private static final int STEP = 32 << 10;

  private final ByteBuffer bytes;
  private final MessageDigest sha;
  private final Call call = new Call(this);

  private volatile int ready;
  private volatile boolean following;

  // Guarded by this.
  private int hashed;
  private boolean done;

  /** What the pool holds: if it comes to it too late, no longer the bytes. */
  private static final class Call implements Runnable {
    private volatile @Nullable FollowingDigest digest;

    Call(FollowingDigest digest) {
      this.digest = digest;
    }

    @Override
    public void run() {
      FollowingDigest current = digest;
      if (current != null) {
        current.follow();
      }
    }
  }

  /**
   * @param bytes are being written from position 0 on, by the thread that makes this
   */
  FollowingDigest(ByteBuffer bytes) {
    this.bytes = bytes.duplicate();
    try {
      this.sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256.", e);
    }
  }

  /** Tells that so many bytes are there for good. */
  @Override
  public void accept(int upTo) {
    if (upTo - ready >= WORTH) {
      ready = upTo;
      if (!following) {
        following = true;
        ForkJoinPool.commonPool().execute(call);
      }
    }
  }

  private void follow() {
    while (step(ready)) {
      // Each step lets go of the lock, so that whoever has decoded everything takes over.
    }
    following = false;
  }

  /** Hashes some of the bytes before {@code upTo}; returns whether there were any. */
  private synchronized boolean step(int upTo) {
    if (done || hashed >= upTo) {
      return false;
    }
    int end = Math.min(hashed + STEP, upTo);
    sha.update(bytes.limit(end).position(hashed));
    hashed = end;
    return true;
  }

  /** Returns the digest of all bytes, which are there now. */
  synchronized byte[] finish() {
    call.digest = null;
    done = true;
    sha.update(bytes.limit(bytes.capacity()).position(hashed));
    return sha.digest();
  }
}
