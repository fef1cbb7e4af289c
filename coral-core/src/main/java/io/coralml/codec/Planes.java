package io.coralml.codec;

/** Byte planes: byte 0 of every element, then byte 1 of every element, and so on. */
final class Planes {
  private Planes() {}

  static byte[] split(byte[] raw, int width) {
    if (width == 1) {
      return raw;
    }
    int elements = raw.length / width;
    byte[] planes = new byte[raw.length];
    for (int plane = 0; plane < width; plane++) {
      int to = plane * elements;
      for (int i = 0; i < elements; i++) {
        planes[to + i] = raw[i * width + plane];
      }
    }
    return planes;
  }

  static byte[] join(byte[] planes, int width) {
    if (width == 1) {
      return planes;
    }
    int elements = planes.length / width;
    byte[] raw = new byte[planes.length];
    for (int plane = 0; plane < width; plane++) {
      int from = plane * elements;
      for (int i = 0; i < elements; i++) {
        raw[i * width + plane] = planes[from + i];
      }
    }
    return raw;
  }
}
