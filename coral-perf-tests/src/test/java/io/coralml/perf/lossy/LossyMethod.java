package io.coralml.perf.lossy;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * A way to store F32 weights, given those they were tuned from, that does not keep every bit. What
 * it leaves of a difference goes through zstd, as it would in an HDF5 file.
 */
enum LossyMethod {
  /**
   * The difference as a float, added again when read: exact only where no sum is rounded. What the
   * original's default does.
   */
  FLOAT_DIFFERENCE {
    @Override
    Stored store(float[] base, float[] tuned) {
      ByteBuffer bytes = little(tuned.length * Float.BYTES);
      float[] back = new float[tuned.length];
      double bound = 0;
      for (int i = 0; i < tuned.length; i++) {
        float difference = tuned[i] - base[i];
        bytes.putFloat(difference);
        back[i] = base[i] + difference;
        // Each of the two roundings is of at most half the spacing of its result.
        bound = Math.max(bound, Math.ulp(difference) / 2.0 + Math.ulp(back[i]) / 2.0);
      }
      return new Stored(compressed(bytes), FloatBuffer.wrap(back), bound);
    }
  },
  /** The difference in 8 bits: steps of the largest one over 127. */
  DIFFERENCE_8_BIT {
    @Override
    Stored store(float[] base, float[] tuned) {
      return quantised(base, tuned, Byte.MAX_VALUE);
    }
  },
  /** The difference in 16 bits: steps of the largest one over 32,767. */
  DIFFERENCE_16_BIT {
    @Override
    Stored store(float[] base, float[] tuned) {
      return quantised(base, tuned, Short.MAX_VALUE);
    }
  },
  /** Differences below a hundredth of the largest weight are forgotten, the others kept. */
  SPARSE_DIFFERENCE {
    @Override
    Stored store(float[] base, float[] tuned) {
      double threshold = THRESHOLD * largest(base);
      ByteBuffer bytes = little(tuned.length * (Float.BYTES + Integer.BYTES));
      float[] back = base.clone();
      for (int i = 0; i < tuned.length; i++) {
        if (Math.abs((double) tuned[i] - base[i]) > threshold) {
          bytes.putInt(i).putFloat(tuned[i]);
          back[i] = tuned[i];
        }
      }
      return new Stored(compressed(bytes), FloatBuffer.wrap(back), threshold);
    }
  },
  /** The weights rounded to BF16, without the base. */
  ROUNDED_TO_BF16 {
    @Override
    Stored store(float[] base, float[] tuned) {
      ByteBuffer bytes = little(tuned.length * Short.BYTES);
      float[] back = new float[tuned.length];
      double bound = 0;
      for (int i = 0; i < tuned.length; i++) {
        int bits = Float.floatToRawIntBits(tuned[i]);
        int upper = (bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16;
        bytes.putShort((short) upper);
        back[i] = Float.intBitsToFloat(upper << 16);
        // Half the distance of values that have 7 bits of mantissa.
        bound = Math.max(bound, Math.scalb(0.5, Math.getExponent(back[i]) - BF16_MANTISSA));
      }
      return new Stored(compressed(bytes), FloatBuffer.wrap(back), bound);
    }
  };

  private static final int LEVEL = 3;
  private static final double THRESHOLD = 1e-2;
  private static final int BF16_MANTISSA = 7;

  /**
   * What a method made.
   *
   * @param bytes how many are stored, all that is needed besides the base
   * @param back what is read again
   * @param bound how far an element can be from what was put
   */
  record Stored(int bytes, FloatBuffer back, double bound) {}

  /** Stores finite weights of the same number. */
  abstract Stored store(float[] base, float[] tuned);

  private static Stored quantised(float[] base, float[] tuned, int steps) {
    double largest = 0;
    for (int i = 0; i < tuned.length; i++) {
      largest = Math.max(largest, Math.abs((double) tuned[i] - base[i]));
    }
    double step = largest / steps;
    ByteBuffer bytes = little(Double.BYTES + tuned.length * Short.BYTES).putDouble(step);
    float[] back = new float[tuned.length];
    double rounding = 0;
    for (int i = 0; i < tuned.length; i++) {
      long code = step == 0 ? 0 : Math.round(((double) tuned[i] - base[i]) / step);
      if (steps == Byte.MAX_VALUE) {
        bytes.put((byte) code);
      } else {
        bytes.putShort((short) code);
      }
      back[i] = (float) (base[i] + code * step);
      rounding = Math.max(rounding, Math.ulp(back[i]));
    }
    return new Stored(compressed(bytes), FloatBuffer.wrap(back), step / 2 + rounding);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int compressed(ByteBuffer bytes) {
    byte[] plain = new byte[bytes.flip().remaining()];
    bytes.get(plain);
    return Zstd.compress(plain, LEVEL).length;
  }
}
