package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.io.ByteSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Walks the fields of one protocol-buffers message, in the wire format's own terms: a tag (field
 * number and wire type) before every value; varints, 4 or 8 little-endian bytes, or a length and
 * that many bytes. Groups, which nothing here uses, are refused.
 *
 * <p>A length is checked against the enclosing message, and thereby against the file, before
 * anything is read or allocated for it. Values that are not asked for are skipped without being
 * read, whatever their size. Not thread-safe; a nested reader and its parent are used in turn.
 *
 * <p>Source: the protocol-buffers encoding specification.
 */
final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  /** The longest text that is read; longer ones are no names. */
  static final int MAX_TEXT_BYTES = 16 << 20;

  private final String file;
  private final Window window;
  private final long end;
  private long position;
  private int field;
  private int wire;

  private ProtoReader(String file, Window window, long start, long end) {
    this.file = file;
    this.window = window;
    this.position = start;
    this.end = end;
  }

  /** Reads a message that fills the stretch from {@code start} to {@code end}. */
  static ProtoReader over(String file, ByteSource bytes, long start, long end) {
    return new ProtoReader(file, new Window(bytes), start, end);
  }

  /** Moves to the next field; returns false at the end of the message. */
  boolean next() {
    if (position == end) {
      return false;
    }
    long tag = varint();
    wire = (int) (tag & 7);
    if (tag >>> 32 != 0 || tag >>> 3 == 0) {
      throw broken("a field number is 0 or beyond 29 bits");
    }
    field = (int) (tag >>> 3);
    if (wire != VARINT && wire != FIXED64 && wire != BYTES && wire != FIXED32) {
      throw broken("field " + field + " has wire type " + wire);
    }
    return true;
  }

  /** Returns the number of the current field. */
  int field() {
    return field;
  }

  /** Returns whether the current field is a length and that many bytes. */
  boolean isBytes() {
    return wire == BYTES;
  }

  /** Checks that the current field has that wire type. */
  void require(int expected) {
    if (wire != expected) {
      throw broken("field " + field + " has wire type " + wire + ", not " + expected);
    }
  }

  /** Returns where the next value begins, in the source. */
  long position() {
    return position;
  }

  /** Returns where this message ends, in the source. */
  long end() {
    return end;
  }

  /** Returns whether everything has been read. */
  boolean atEnd() {
    return position == end;
  }

  /** Reads the current field, which must be a varint. */
  long integer() {
    require(VARINT);
    return varint();
  }

  /** Enters the current field, which must be a length and that many bytes, and moves behind it. */
  ProtoReader message() {
    require(BYTES);
    long length = length();
    ProtoReader inner = new ProtoReader(file, window, position, position + length);
    position += length;
    return inner;
  }

  /** Reads the current field, which must be text in UTF-8. */
  String text() {
    ProtoReader inner = message();
    long length = inner.end - inner.position;
    if (length > MAX_TEXT_BYTES) {
      throw broken("a text has " + length + " bytes and the limit is " + MAX_TEXT_BYTES);
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    window.bytes.read(inner.position, bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw new CorruptDataException(message("a text is not UTF-8"), e);
    }
  }

  /** Moves behind the current field. */
  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case FIXED32 -> advance(Integer.BYTES);
      case FIXED64 -> advance(Long.BYTES);
      default -> advance(length());
    }
  }

  /** Reads a varint: seven bits a byte, lowest first, the top bit set on all but the last. */
  long varint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte next = window.at(advance(1));
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw broken("a number goes on for more than 10 bytes");
  }

  /** Reads 4 little-endian bytes. */
  int fixed32() {
    long from = advance(Integer.BYTES);
    int value = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      value |= (window.at(from + i) & 0xFF) << (8 * i);
    }
    return value;
  }

  /** Reads 8 little-endian bytes. */
  long fixed64() {
    return (fixed32() & 0xFFFFFFFFL) | ((long) fixed32() << 32);
  }

  private long length() {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw broken(
          "field "
              + field
              + " claims "
              + Long.toUnsignedString(length)
              + " bytes where "
              + (end - position)
              + " are left");
    }
    return length;
  }

  private long advance(long count) {
    if (count > end - position) {
      throw broken("a value is cut short");
    }
    long from = position;
    position += count;
    return from;
  }

  CorruptDataException broken(String rule) {
    return new CorruptDataException(message(rule));
  }

  private String message(String rule) {
    return file + " is not a valid ONNX file: " + rule + " (at byte " + position + ").";
  }

  /** A few kilobytes of the source, so that reading byte by byte does not ask it byte by byte. */
  private static final class Window {
    private static final int SIZE = 8 << 10;

    private final ByteSource bytes;
    private final ByteBuffer held = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN);
    private long start;

    Window(ByteSource bytes) {
      this.bytes = bytes;
      held.limit(0);
    }

    byte at(long position) {
      if (position < start || position >= start + held.limit()) {
        held.clear().limit((int) Math.min(SIZE, bytes.length() - position));
        bytes.read(position, held);
        held.flip();
        start = position;
      }
      return held.get((int) (position - start));
    }
  }
}
