package io.coralml.history;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Percent code: any text as ASCII without white space. The UTF-8 bytes of the text, each as itself
 * when it is an ASCII letter, a digit, {@code _}, {@code -} or {@code .}, and otherwise as {@code
 * %} and two upper-case hexadecimal digits. There is exactly one code for a text.
 */
public final class PercentCode {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private PercentCode() {}

  /** Returns the code of a text. */
  public static String encode(String text) {
    return encode(text, true);
  }

  /**
   * Returns the code of a text in which a leading dot is coded too, so that it is no hidden file.
   */
  static String encodeFileName(String text) {
    return encode(text, false);
  }

  private static String encode(String text, boolean leadingDot) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(bytes.length + 8);
    for (int i = 0; i < bytes.length; i++) {
      if (isPlain(bytes[i]) && (leadingDot || i > 0 || bytes[i] != '.')) {
        out.append((char) bytes[i]);
      } else {
        out.append('%').append(HEX.toHexDigits(bytes[i]));
      }
    }
    return out.toString();
  }

  /**
   * Returns the text of a code.
   *
   * @throws InvalidInputException if the code is not the one {@link #encode} gives
   */
  public static String decode(String code) {
    return decode(code, true);
  }

  static String decodeFileName(String code) {
    return decode(code, false);
  }

  private static String decode(String code, boolean leadingDot) {
    ByteBuffer bytes = ByteBuffer.allocate(code.length());
    for (int i = 0; i < code.length(); i++) {
      char c = code.charAt(i);
      if (c != '%') {
        bytes.put((byte) (c < 0x80 ? c : '?'));
      } else if (i + 2 < code.length() && isHex(code, i + 1)) {
        bytes.put((byte) HexFormat.fromHexDigits(code, i + 1, i + 3));
        i += 2;
      } else {
        throw new InvalidInputException("The text " + Quoted.name(code) + " is cut short.");
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
      if (encode(text, leadingDot).equals(code)) {
        return text;
      }
    } catch (CharacterCodingException e) {
      throw new InvalidInputException("The text " + Quoted.name(code) + " is not UTF-8.", e);
    }
    throw new InvalidInputException("The text " + Quoted.name(code) + " is not canonical.");
  }

  private static boolean isHex(String code, int at) {
    return code.charAt(at) < 0x80
        && code.charAt(at + 1) < 0x80
        && HexFormat.isHexDigit(code.charAt(at))
        && HexFormat.isHexDigit(code.charAt(at + 1));
  }

  private static boolean isPlain(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '-'
        || b == '.';
  }
}
