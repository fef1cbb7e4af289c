package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of an npy array, parsed and checked; see {@link Npy} for the rules.
 *
 * @param element what one element is
 * @param fortran whether the first axis runs fastest
 * @param shape the extents
 * @param dataStart where the elements begin
 */
record NpyHeader(StridedTensor.Element element, boolean fortran, Shape shape, long dataStart) {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** The longest prefix and header together. */
  static final int MAX_BYTES = 12 + (1 << 16);

  private static final int PREFIX_BYTES = 12;
  private static final int MAX_HEADER_BYTES = 1 << 16;

  /**
   * Reads a header.
   *
   * @param file what messages call the array
   */
  static NpyHeader read(String file, ByteSource bytes) {
    ByteBuffer prefix =
        ByteBuffer.allocate((int) Math.min(PREFIX_BYTES, bytes.length()))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(0, prefix);
    prefix.flip();
    if (prefix.remaining() < PREFIX_BYTES || !startsWith(prefix, MAGIC)) {
      throw broken(file, "it does not begin with the magic number and a header length");
    }
    int major = prefix.get(6);
    if (major < 1 || major > 3 || prefix.get(7) != 0) {
      throw broken(file, "its version is " + major + "." + prefix.get(7) + ", not 1.0 to 3.0");
    }
    int start = major == 1 ? 10 : PREFIX_BYTES;
    long length = major == 1 ? prefix.getShort(8) & 0xFFFF : prefix.getInt(8) & 0xFFFFFFFFL;
    if (length > MAX_HEADER_BYTES || length > bytes.length() - start) {
      throw broken(file, "it claims a header of " + length + " bytes");
    }
    ByteBuffer header = ByteBuffer.allocate((int) length);
    bytes.read(start, header);
    String text = new String(header.array(), StandardCharsets.UTF_8);
    return new Parser(file, text).parse(start + length);
  }

  private static boolean startsWith(ByteBuffer bytes, byte[] magic) {
    return bytes.slice(0, magic.length).equals(ByteBuffer.wrap(magic));
  }

  private static CorruptDataException broken(String file, String rule) {
    return new CorruptDataException(file + " is not a valid npy array: " + rule + ".");
  }

  /** Parses the dictionary, which is written as Python would: nothing is evaluated. */
  private static final class Parser {
    private final String file;
    private final String text;
    private int at;
    private @Nullable String descr;
    private @Nullable Boolean fortran;
    private @Nullable Shape shape;

    Parser(String file, String text) {
      this.file = file;
      this.text = text;
    }

    NpyHeader parse(long dataStart) {
      expect('{');
      while (peek() != '}') {
        String key = string();
        expect(':');
        switch (key) {
          case "descr" -> descr = once(key, descr, descr());
          case "fortran_order" -> fortran = once(key, fortran, truth());
          case "shape" -> shape = once(key, shape, shape());
          default -> throw broken(file, "its header has the unknown key " + Quoted.of(key));
        }
        if (peek() != '}') {
          expect(',');
        }
      }
      expect('}');
      if (!text.substring(at).isBlank()) {
        throw broken(file, "something follows its header's closing brace");
      }
      if (descr == null || fortran == null || shape == null) {
        throw broken(file, "its header lacks descr, fortran_order or shape");
      }
      return new NpyHeader(element(descr), fortran, shape, dataStart);
    }

    private <T> T once(String key, @Nullable T old, T value) {
      if (old != null) {
        throw broken(file, "its header has the key " + key + " twice");
      }
      return value;
    }

    private char peek() {
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      return at < text.length() ? text.charAt(at) : '\0';
    }

    private void expect(char wanted) {
      if (peek() != wanted) {
        throw broken(file, "its header is malformed at character " + at);
      }
      at++;
    }

    private String string() {
      char quote = peek();
      int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
      if (end < 0) {
        throw broken(file, "its header is malformed at character " + at);
      }
      String value = text.substring(at + 1, end);
      at = end + 1;
      return value;
    }

    private String descr() {
      if (peek() == '[') {
        throw new InvalidInputException(
            file + " is a structured array, which is not supported; save each field by itself.");
      }
      return string();
    }

    private boolean truth() {
      peek();
      for (String word : List.of("True", "False")) {
        if (text.startsWith(word, at)) {
          at += word.length();
          return word.equals("True");
        }
      }
      throw broken(file, "its header is malformed at character " + at);
    }

    private Shape shape() {
      expect('(');
      List<Long> dims = new ArrayList<>();
      while (peek() != ')') {
        int end = at;
        while (end < text.length() && Character.digit(text.charAt(end), 10) >= 0) {
          end++;
        }
        if (end == at || end - at > 18 || dims.size() == Shape.MAX_RANK) {
          throw broken(file, "its shape is malformed at character " + at);
        }
        dims.add(Long.parseLong(text.substring(at, end)));
        at = end;
        if (peek() != ')') {
          expect(',');
        }
      }
      expect(')');
      try {
        return Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
      } catch (InvalidInputException e) {
        throw new CorruptDataException(file + " has an impossible shape: " + e.getMessage(), e);
      }
    }

    private StridedTensor.Element element(String type) {
      DType dtype =
          switch (type.isEmpty() ? "" : type.substring(1)) {
            case "f2" -> DType.F16;
            case "f4" -> DType.F32;
            case "f8" -> DType.F64;
            case "i1" -> DType.I8;
            case "i2" -> DType.I16;
            case "i4" -> DType.I32;
            case "i8" -> DType.I64;
            case "u1" -> DType.U8;
            case "u2" -> DType.U16;
            case "u4" -> DType.U32;
            case "u8" -> DType.U64;
            case "b1" -> DType.BOOL;
            case "c8" -> DType.C64;
            case "c16" -> DType.named("C128");
            default ->
                throw new InvalidInputException(
                    file
                        + " holds elements of type "
                        + Quoted.of(type)
                        + ", which is no number; objects, texts and raw records are not read.");
          };
      int width = dtype.isSized() ? dtype.bytes() : 16;
      int unit = type.endsWith("c8") || type.endsWith("c16") ? width / 2 : width;
      char order = type.charAt(0);
      if (order != '<' && order != '>' && !(order == '|' && width == 1)) {
        throw broken(file, "its type " + Quoted.of(type) + " does not say its byte order");
      }
      return new StridedTensor.Element(dtype, width, order == '>' ? unit : 1);
    }
  }
}
