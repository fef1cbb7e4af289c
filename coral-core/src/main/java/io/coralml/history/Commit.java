package io.coralml.history;

import io.coralml.CorruptDataException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;

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
    try {
      return of(id, RevCommit.parse(content));
    } catch (RuntimeException e) {
      // JGit's parser has no exception of its own for text that is not a commit.
      throw new CorruptDataException("The commit " + id + " is damaged; run 'coral fsck'.", e);
    }
  }

  private static Commit of(CommitId id, RevCommit parsed) {
    List<CommitId> parents = new ArrayList<>();
    for (RevCommit parent : parsed.getParents()) {
      parents.add(CommitId.of(parent));
    }
    PersonIdent who = parsed.getAuthorIdent();
    String message = parsed.getFullMessage();
    return new Commit(
        id,
        parents,
        new Author(orUnknown(who.getName()), who.getEmailAddress()),
        who.getWhenAsInstant(),
        message.endsWith("\n") ? message.substring(0, message.length() - 1) : message,
        parsed.getTree().getId().name());
  }

  private static String orUnknown(String name) {
    return name.isBlank() ? "unknown" : name;
  }

  /** Returns the length of the longest message that makes sense, in UTF-8 bytes. */
  static boolean isTooLong(String message) {
    return message.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES;
  }

  /** The longest message, in UTF-8 bytes. */
  public static final int MAX_MESSAGE_BYTES = 64 << 10;
}
