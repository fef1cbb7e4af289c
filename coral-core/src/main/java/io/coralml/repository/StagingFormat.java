package io.coralml.repository;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.history.PercentCode;
import io.coralml.history.TensorNames;
import io.coralml.history.TensorPointer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code .coral/staging}: what has been added and removed since the last commit.
 *
 * <h2>Format, version 1</h2>
 *
 * UTF-8 text of lines that each end in a line feed; names, keys, values and pointers in percent
 * code ({@link PercentCode}):
 *
 * <pre>{@code
 * coral staging 1
 * replace                       only if every tensor not named here is removed
 * metadata KEY VALUE            of the model; sorted by key
 * put NAME POINTER              see TensorPointer; sorted by name, together with the next
 * remove NAME
 * end CRC                       CRC-32C of everything before this line, 8 hexadecimal digits
 * }</pre>
 *
 * The file is replaced as a whole, by an atomic rename. No file means that nothing is staged.
 */
final class StagingFormat {
  /** The largest file that is read, in bytes. */
  static final int MAX_BYTES = 512 << 20;

  private static final String MAGIC = "coral staging 1";

  private StagingFormat() {}

  static byte[] format(StagedChanges staged) {
    StringBuilder out = new StringBuilder(MAGIC).append('\n');
    if (staged.changes().replace()) {
      out.append("replace\n");
    }
    staged
        .modelMetadata()
        .forEach(
            (key, value) ->
                out.append("metadata ")
                    .append(PercentCode.encode(key))
                    .append(' ')
                    .append(PercentCode.encode(value))
                    .append('\n'));
    staged
        .changes()
        .tensors()
        .forEach(
            (name, pointer) -> {
              out.append(pointer.isPresent() ? "put " : "remove ").append(PercentCode.encode(name));
              pointer.ifPresent(
                  it ->
                      out.append(' ')
                          .append(
                              PercentCode.encode(new String(it.format(), StandardCharsets.UTF_8))));
              out.append('\n');
            });
    String checksum = checksum(out.toString());
    return out.append("end ")
        .append(checksum)
        .append('\n')
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }

  /**
   * Reads the file.
   *
   * @throws CorruptDataException if it is not what {@link #format} writes
   */
  static StagedChanges parse(ByteBuffer bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      int end = text.lastIndexOf("end ");
      if (end < 0
          || !text.substring(end).equals("end " + checksum(text.substring(0, end)) + "\n")) {
        throw damaged(null);
      }
      return parse(text.substring(0, end).split("\n", -1));
    } catch (CharacterCodingException | InvalidInputException e) {
      throw damaged(e);
    }
  }

  private static StagedChanges parse(String[] lines) {
    if (!lines[0].equals(MAGIC) || !lines[lines.length - 1].isEmpty()) {
      throw damaged(null);
    }
    boolean replace = false;
    TreeMap<String, String> metadata = new TreeMap<>();
    TreeMap<String, Optional<TensorPointer>> tensors = new TreeMap<>();
    for (int i = 1; i < lines.length - 1; i++) {
      String[] words = lines[i].split(" ", -1);
      switch (words[0] + words.length) {
        case "replace1" -> replace = true;
        case "metadata3" ->
            metadata.put(PercentCode.decode(words[1]), PercentCode.decode(words[2]));
        case "put3" -> tensors.put(name(words[1]), Optional.of(pointer(words[2])));
        case "remove2" -> tensors.put(name(words[1]), Optional.empty());
        default -> throw damaged(null);
      }
    }
    return new StagedChanges(new ModelChanges(tensors, replace), metadata);
  }

  private static String name(String code) {
    return TensorNames.requireValid(PercentCode.decode(code));
  }

  private static TensorPointer pointer(String code) {
    return TensorPointer.parse(PercentCode.decode(code).getBytes(StandardCharsets.UTF_8));
  }

  private static CorruptDataException damaged(@Nullable Throwable cause) {
    String message =
        "The staging area is damaged; empty it with 'coral rm --staged --all' and add again.";
    return cause == null
        ? new CorruptDataException(message)
        : new CorruptDataException(message, cause);
  }
}
