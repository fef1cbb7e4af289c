package io.coralml.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes protocol-buffers messages field by field, so that tests can say what a file holds. */
final class ProtoBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  ProtoBytes integer(int field, long value) {
    varint((long) field << 3);
    return varint(value);
  }

  ProtoBytes fixed32(int field, int value) {
    varint(((long) field << 3) | 5);
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  ProtoBytes fixed64(int field, long value) {
    varint(((long) field << 3) | 1);
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    return this;
  }

  ProtoBytes bytes(int field, byte[] value) {
    varint(((long) field << 3) | 2);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  ProtoBytes text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  ProtoBytes message(int field, ProtoBytes value) {
    return bytes(field, value.toBytes());
  }

  ProtoBytes varint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return this;
  }

  byte[] toBytes() {
    return bytes.toByteArray();
  }
}
