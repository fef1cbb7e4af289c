package io.coralml.perf.training;

import java.util.Random;

/**
 * Pictures of the ten digits, 12 by 12 pixels, drawn from a font of 5 by 7 dots: moved about, of
 * different brightness, with noise. Seeded: the same pictures every time.
 */
final class Digits {
  static final int SIDE = 12;
  static final int CLASSES = 10;

  private static final int WIDTH = 5;
  private static final int HEIGHT = 7;

  /** The rows of each digit, five dots a row, from the top. */
  private static final String[] FONT = {
    "01110100011001110101110011000101110",
    "00100011000010000100001000010001110",
    "01110100010000100010001000100011111",
    "11111000100010000010000011000101110",
    "00010001100101010010111110001000010",
    "11111100001111000001000011000101110",
    "00110010001000011110100011000101110",
    "11111000010001000100010000100001000",
    "01110100011000101110100011000101110",
    "01110100011000101111000010001001100"
  };

  private final float[] pixels;
  private final float[] labels;

  private Digits(float[] pixels, float[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  /** Draws so many pictures. */
  static Digits draw(int count, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[count * SIDE * SIDE];
    float[] labels = new float[count];
    for (int picture = 0; picture < count; picture++) {
      int digit = random.nextInt(CLASSES);
      labels[picture] = digit;
      int left = random.nextInt(SIDE - WIDTH + 1);
      int top = random.nextInt(SIDE - HEIGHT + 1);
      float ink = 0.5f + random.nextFloat() / 2;
      int start = picture * SIDE * SIDE;
      for (int dot = 0; dot < WIDTH * HEIGHT; dot++) {
        if (FONT[digit].charAt(dot) == '1') {
          pixels[start + (top + dot / WIDTH) * SIDE + left + dot % WIDTH] = ink;
        }
      }
      for (int i = 0; i < SIDE * SIDE; i++) {
        pixels[start + i] += (float) (0.15 * random.nextGaussian());
      }
    }
    return new Digits(pixels, labels);
  }

  int count() {
    return labels.length;
  }

  /** Returns the pictures, one after the other, each row by row. */
  float[] pixels() {
    return pixels;
  }

  /** Returns which digit each picture shows. */
  float[] labels() {
    return labels;
  }
}
