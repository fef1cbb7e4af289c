package io.coralml.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of bytes that one thread is just decoding: another one follows it and hashes what is
 * there, so that both are done at about the same time. The other one never waits: it goes when it
 * has caught up, and is called again when there is enough to do. If the pool has no thread to
 * spare, or the system puts the other one to sleep in the middle, the first one hashes everything
 * when it has decoded everything: on a busy machine nothing is gained, and little lost.
 */
final class FollowingDigest implements IntConsumer {
  /** So many bytes are worth a call: far longer to hash than a thread takes to wake up. */
  private static final int WORTH = 96 << 10;

  /** Bytes hashed in one go, in far less time than anybody waits for. */
  private static final int STEP = 32 << 10;

  /** How long the first thread waits at the end for a step of the other; hashing takes longer. */
  private static final long PATIENCE_MICROS = 100;

  /** Whoever hashes holds it. */
  final ReentrantLock turn = new ReentrantLock();

  private final ByteBuffer bytes;
  private final MessageDigest sha;
  private final Call call = new Call(this);

  private volatile int ready;
  private volatile boolean following;
  private volatile boolean done;

  // Guarded by the turn.
  private int hashed;

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
    this.sha = sha256();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
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
      // Each step gives up the turn, so that whoever has decoded everything takes over.
    }
    following = false;
  }

  /** Hashes some of the bytes before {@code upTo}; returns whether there were any. */
  private boolean step(int upTo) {
    turn.lock();
    try {
      if (done || hashed >= upTo) {
        return false;
      }
      int end = Math.min(hashed + STEP, upTo);
      sha.update(bytes.slice(hashed, end - hashed));
      hashed = end;
      return true;
    } finally {
      turn.unlock();
    }
  }

  /** Returns the digest of all bytes, which are there now. */
  byte[] finish() {
    call.digest = null;
    done = true;
    if (!isMyTurn()) {
      return sha256(bytes.slice(0, bytes.capacity()), sha256());
    }
    try {
      return sha256(bytes.slice(hashed, bytes.capacity() - hashed), sha);
    } finally {
      turn.unlock();
    }
  }

  private static byte[] sha256(ByteBuffer rest, MessageDigest begun) {
    begun.update(rest);
    return begun.digest();
  }

  private boolean isMyTurn() {
    try {
      return turn.tryLock(PATIENCE_MICROS, TimeUnit.MICROSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
