package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;

/**
 * A commit, without the tensors it holds.
 *
 * @param id its permanent name
 * @param parents none for a first commit, several for a merge; the first is the branch's own
 * @param author who made it
 * @param time when, to the second
 * @param message as it was given; may have several lines
 * @param tree git's name of the tree it holds, 40 hexadecimal digits
 */
public record Commit(
    CommitId id, List<CommitId> parents, Author author, Instant time, String message, String tree) {

  /** Copies the parents. */
  public Commit {
    parents = List.copyOf(parents);
  }

  /** Returns the first line of the message. */
  public String subject() {
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  ObjectId treeId() {
    return ObjectId.fromString(tree);
  }

  /** Returns the bytes of a commit in git's format; times are written in UTC. */
  static byte[] format(
      ObjectId tree, List<CommitId> parents, Author author, Instant time, String message) {
    CommitBuilder builder = new CommitBuilder();
    builder.setTreeId(tree);
    parents.forEach(parent -> builder.addParentId(parent.toObjectId()));
    PersonIdent person = new PersonIdent(author.name(), author.email(), time, ZoneOffset.UTC);
    builder.setAuthor(person);
    builder.setCommitter(person);
    builder.setMessage(message.endsWith("\n") ? message : message + "\n");
    try {
      return builder.build();
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("Every Java platform provides UTF-8.", e);
    }
  }

  /**
   * Reads a commit.
   *
   * @throws CorruptDataException if the bytes are no commit
   */
  static Commit parse(CommitId id, byte[] content) {
    return parse(id, new CommitParser(content));
  }

  /** Reads a commit as {@link #parse(CommitId, byte[])} does. */
  static Commit parse(CommitId id, CommitParser parser) {
    try {
      return parser.parse(id);
    } catch (InvalidInputException e) {
      throw new CorruptDataException("The commit " + id + " is damaged; run 'coral fsck'.", e);
    }
  }

  /** Returns the length of the longest message that makes sense, in UTF-8 bytes. */
  static boolean isTooLong(String message) {
    return message.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES;
  }

  /** The longest message, in UTF-8 bytes. */
  public static final int MAX_MESSAGE_BYTES = 64 << 10;
}
