package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The names of tensors, and how one becomes the name of a file in a commit's tree.
 *
 * <p>A tensor name is 1 to {@value #MAX_BYTES} bytes of UTF-8 without control characters and
 * without unpaired surrogates, and is not {@code __metadata__}, which safetensors reserves.
 *
 * <h2>File names, version 1</h2>
 *
 * The UTF-8 bytes of the name, each as itself when it is an ASCII letter, a digit, {@code _},
 * {@code -} or {@code .} (but not a leading {@code .}), and otherwise as {@code %} and two
 * upper-case hexadecimal digits. A file name therefore has no slash, is never {@code .} or {@code
 * ..} or anything git treats specially, and there is exactly one for each tensor name. The file
 * lies in {@code weights/<a>/<b>/}, where {@code a} and {@code b} are the first two lower-case
 * hexadecimal digits of the SHA-256 of the name's UTF-8 bytes.
 */
public final class TensorNames {
  /** The longest name, in UTF-8 bytes. */
  public static final int MAX_BYTES = 1024;

  private static final String RESERVED = "__metadata__";

  private TensorNames() {}

  /**
   * Returns the name, checked.
   *
   * @throws InvalidInputException if it breaks the rules
   */
  public static String requireValid(String name) {
    String rule = null;
    if (name.isEmpty()) {
      rule = "is empty";
    } else if (name.length() > MAX_BYTES
        || name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      rule = "is longer than " + MAX_BYTES + " bytes";
    } else if (!isPlainText(name)) {
      rule = "has a control character or is no valid Unicode";
    } else if (name.equals(RESERVED)) {
      rule = "is reserved by the safetensors format";
    }
    if (rule != null) {
      throw new InvalidInputException(
          "The tensor name " + Quoted.name(name) + " " + rule + "; rename the tensor.");
    }
    return name;
  }

  /** Returns whether a text is valid Unicode without control characters. */
  static boolean isPlainText(String text) {
    return text.codePoints()
        .allMatch(c -> !Character.isISOControl(c) && Character.getType(c) != Character.SURROGATE);
  }

  /** Returns the name of the file a tensor's pointer lives in. */
  static String toFileName(String name) {
    return PercentCode.encodeFileName(name);
  }

  /**
   * Returns the tensor a file belongs to.
   *
   * @throws CorruptDataException if no tensor name is written like that
   */
  static String fromFileName(String fileName) {
    try {
      return requireValid(PercentCode.decodeFileName(fileName));
    } catch (InvalidInputException e) {
      throw new CorruptDataException(
          "A commit holds a file "
              + Quoted.name(fileName)
              + " that no tensor could have; run fsck.",
          e);
    }
  }

  /** Returns the two hexadecimal digits that name the directories a tensor's pointer lies in. */
  static String shard(String name) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().toHexDigits(digest[0]);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform provides SHA-256.", e);
    }
  }
}
