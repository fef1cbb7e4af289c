package io.coralml.history;

import io.coralml.InvalidInputException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a commit in git's format: the lines {@code tree}, any number of {@code parent}, {@code
 * author}, other headers that are passed over (stock git may sign commits), an empty line, and the
 * message in UTF-8 or as the header {@code encoding} says.
 *
 * <p>JGit's own parser names what it parses anew, and that reads the user's configuration and runs
 * stock git; this one touches nothing but the bytes.
 */
final class CommitParser {
  private static final String TREE = "tree ";
  private static final String PARENT = "parent ";
  private static final String AUTHOR = "author ";
  private static final String COMMITTER = "committer ";
  private static final String ENCODING = "encoding ";

  private final byte[] content;
  private Charset charset = StandardCharsets.UTF_8;
  private int at;
  private long committed;

  CommitParser(byte[] content) {
    this.content = content;
  }

  /**
   * Reads it.
   *
   * @throws InvalidInputException if it is no commit
   */
  Commit parse(CommitId id) {
    String tree = object(line(), TREE);
    List<CommitId> parents = new ArrayList<>();
    String line = line();
    for (; line.startsWith(PARENT); line = line()) {
      parents.add(new CommitId(object(line, PARENT)));
    }
    if (!line.startsWith(AUTHOR)) {
      throw invalid();
    }
    int author = at - line.length() - 1;
    for (; !line.isEmpty(); line = line()) {
      if (line.startsWith(COMMITTER)) {
        committed = seconds(line.substring(line.lastIndexOf('>') + 1).strip());
      }
      if (line.startsWith(ENCODING)) {
        charset = charset(line.substring(ENCODING.length()));
      }
    }
    String message = new String(content, at, content.length - at, charset);
    return commit(id, tree, parents, author, message);
  }

  private Commit commit(
      CommitId id, String tree, List<CommitId> parents, int author, String message) {
    int from = author + AUTHOR.length();
    int end = from;
    while (content[end] != '\n') {
      end++;
    }
    String who = new String(content, from, end - from, charset);
    int open = who.indexOf('<');
    int close = who.indexOf('>', open + 1);
    if (open < 0 || close < 0) {
      throw invalid();
    }
    String name = who.substring(0, open).strip();
    return new Commit(
        id,
        parents,
        new Author(name.isEmpty() ? "unknown" : name, who.substring(open + 1, close)),
        time(who.substring(close + 1).strip()),
        message.endsWith("\n") ? message.substring(0, message.length() - 1) : message,
        tree);
  }

  /** Returns when it was committed, in seconds of the epoch; 0 if it does not say so. */
  long committed() {
    return committed;
  }

  /** Reads {@code SECONDS ZONE}. */
  private static long seconds(String text) {
    int space = text.indexOf(' ');
    try {
      return Long.parseLong(space < 0 ? text : text.substring(0, space));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Returns the next line, a byte for each character, without its line feed. */
  private String line() {
    int from = at;
    while (at < content.length && content[at] != '\n') {
      at++;
    }
    if (at == content.length) {
      throw invalid();
    }
    return new String(content, from, at++ - from, StandardCharsets.ISO_8859_1);
  }

  private static String object(String line, String header) {
    String hex = line.startsWith(header) ? line.substring(header.length()) : "";
    if (!CommitId.isFull(hex)) {
      throw invalid();
    }
    return hex;
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return StandardCharsets.UTF_8;
    }
  }

  /** Reads {@code SECONDS ZONE}; the zone is only for show. */
  private static Instant time(String text) {
    int space = text.indexOf(' ');
    try {
      return Instant.ofEpochSecond(Long.parseLong(space < 0 ? text : text.substring(0, space)));
    } catch (NumberFormatException | DateTimeException e) {
      throw new InvalidInputException("A commit's time is no number of seconds.", e);
    }
  }

  private static InvalidInputException invalid() {
    return new InvalidInputException("These bytes are no commit in git's format.");
  }
}
