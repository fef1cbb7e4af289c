package io.coralml.history;

import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.Forces;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.io.WritableFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One movement of a reference, as git's reflog keeps it.
 *
 * @param before the commit it stood for, empty when the reference was new
 * @param after the commit it stands for now, empty when it was deleted
 * @param author who moved it
 * @param time when, to the second
 * @param reason why, in one line
 */
public record ReflogEntry(
    Optional<CommitId> before,
    Optional<CommitId> after,
    Author author,
    Instant time,
    String reason) {
  private static final String NOTHING = "0".repeat(40);
  private static final int MAX_LOG = 1 << 30;
  private static final Pattern LINE =
      Pattern.compile(
          "([0-9a-f]{40}) ([0-9a-f]{40}) ([^<>]*?) ?<([^<>]*)> (\\d{1,18}) [+-]\\d{4}(?:\t(.*))?");

  String format() {
    return before.map(CommitId::hex).orElse(NOTHING)
        + ' '
        + after.map(CommitId::hex).orElse(NOTHING)
        + ' '
        + author
        + ' '
        + time.getEpochSecond()
        + " +0000\t"
        + reason.replaceAll("\\p{Cntrl}+", " ")
        + '\n';
  }

  private static Optional<ReflogEntry> parse(String line) {
    Matcher found = LINE.matcher(line);
    if (!found.matches()) {
      return Optional.empty();
    }
    String name = found.group(3).isBlank() ? "unknown" : found.group(3);
    return Optional.of(
        new ReflogEntry(
            id(found.group(1)),
            id(found.group(2)),
            new Author(name, found.group(4)),
            Instant.ofEpochSecond(Long.parseLong(found.group(5))),
            found.group(6) == null ? "" : found.group(6)));
  }

  private static Optional<CommitId> id(String hex) {
    return hex.equals(NOTHING) ? Optional.empty() : Optional.of(new CommitId(hex));
  }

  static String file(String ref) {
    return "logs/" + ref;
  }

  /** Reads a reflog, oldest entry first; torn lines, which a power loss can leave, are skipped. */
  static List<ReflogEntry> read(Storage storage, String ref) {
    ByteBuffer bytes;
    try {
      bytes = storage.readAll(file(ref), MAX_LOG);
    } catch (NotFoundException e) {
      return List.of();
    }
    List<ReflogEntry> entries = new ArrayList<>();
    for (String line : StandardCharsets.UTF_8.decode(bytes).toString().split("\n", -1)) {
      parse(line).ifPresent(entries::add);
    }
    return entries;
  }

  /**
   * Appends entries, which are durable when the forces have run; a torn last line is ended first.
   */
  static void append(Storage storage, String ref, List<ReflogEntry> entries, Forces forces) {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(entry.format()));
    WritableFile log = open(storage, file(ref));
    forces.add(log);
    if (log.length() > 0 && !endsWithNewline(log)) {
      text.insert(0, '\n');
    }
    log.write(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static WritableFile open(Storage storage, String file) {
    try {
      return storage.append(file);
    } catch (NotFoundException | StorageException e) {
      // Its folder is missing, or folders that deleted references left are in its place.
      RefStore.removeEmptyDirectories(storage, file);
      storage.createDirectory(StorageNames.parent(file));
      return storage.append(file);
    }
  }

  private static boolean endsWithNewline(WritableFile log) {
    ByteBuffer last = ByteBuffer.allocate(1);
    log.read(log.length() - 1, last);
    return last.get(0) == '\n';
  }

  /** Replaces a reflog durably. */
  static void rewrite(Storage storage, String ref, List<ReflogEntry> entries) {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(entry.format()));
    storage.write(file(ref), ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
