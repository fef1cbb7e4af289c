package io.coralml.perf;

import java.util.Arrays;

/**
 * What two threads of this machine are worth beside one: two copies of work that shares nothing,
 * against one. Where two processors are two threads of one core, or the hypervisor lends half of
 * one, it is far from 2, and no program that runs on both can come nearer. Measured in turns with
 * whatever is held against it. For one thread.
 */
final class TwoProcessors {
  private static final int LOOPS = 12_000_000;
  private static final int COPIED_BYTES = 16 << 20;
  private static final int COPIES = 6;

  /** One thread's work: arithmetic that fills the processor, and copying that fills the memory. */
  private static final class Work {
    private final byte[] from = new byte[COPIED_BYTES];
    private final byte[] to = new byte[COPIED_BYTES];
    private long sum;

    Work(int seed) {
      sum = seed;
      Arrays.fill(from, (byte) seed);
    }

    /**
     * Eight products that do not wait for each other: enough to keep the multiplier of a core busy
     * all the time, so that two threads of one core gain nothing.
     */
    void loop() {
      long a = sum;
      long b = a + 1;
      long c = a + 2;
      long d = a + 3;
      long e = a + 4;
      long f = a + 5;
      long g = a + 6;
      long h = a + 7;
      for (int i = 0; i < LOOPS; i++) {
        a = a * 0x5851F42D4C957F2DL + i;
        b = b * 0x5851F42D4C957F2DL + i;
        c = c * 0x5851F42D4C957F2DL + i;
        d = d * 0x5851F42D4C957F2DL + i;
        e = e * 0x5851F42D4C957F2DL + i;
        f = f * 0x5851F42D4C957F2DL + i;
        g = g * 0x5851F42D4C957F2DL + i;
        h = h * 0x5851F42D4C957F2DL + i;
      }
      sum = a ^ b ^ c ^ d ^ e ^ f ^ g ^ h;
    }

    void copy() {
      for (int i = 0; i < COPIES; i++) {
        System.arraycopy(from, 0, to, 0, to.length);
      }
    }
  }

  private final Work one = new Work(1);
  private final Work other = new Work(2);
  private final double[][] seconds;

  TwoProcessors(int rounds) {
    seconds = new double[4][rounds];
  }

  /** Measures once more; the times of a round measured before are replaced. */
  void measure(int round) {
    seconds[0][round] = seconds(one::loop);
    seconds[1][round] = secondsOfBoth(one::loop, other::loop);
    seconds[2][round] = seconds(one::copy);
    seconds[3][round] = secondsOfBoth(one::copy, other::copy);
  }

  /** Returns how many times as much two threads compute as one. */
  double computing() {
    return 2 * median(seconds[0]) / median(seconds[1]);
  }

  /** Returns how many times as much two threads copy as one. */
  double copying() {
    return 2 * median(seconds[2]) / median(seconds[3]);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double secondsOfBoth(Runnable here, Runnable there) {
    Thread thread = new Thread(there, "second processor");
    long start = System.nanoTime();
    thread.start();
    here.run();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while two processors were measured", e);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
