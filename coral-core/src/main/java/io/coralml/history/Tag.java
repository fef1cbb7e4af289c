package io.coralml.history;

import io.coralml.CorruptDataException;
import java.io.UnsupportedEncodingException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.revwalk.RevTag;

/**
 * A tag.
 *
 * @param name its name, without {@code refs/tags/}
 * @param commit what it stands for
 * @param note who made it, when and why; nothing for a lightweight tag, which is a name alone
 */
public record Tag(String name, CommitId commit, Optional<Note> note) {
  /**
   * What an annotated tag says.
   *
   * @param author who made it
   * @param time when, to the second
   * @param message why; may have several lines
   */
  public record Note(Author author, Instant time, String message) {}

  static Tag lightweight(String name, CommitId commit) {
    return new Tag(name, commit, Optional.empty());
  }

  static Tag of(String name, RevTag parsed) {
    PersonIdent who = parsed.getTaggerIdent();
    String message = parsed.getFullMessage();
    Optional<Note> note =
        who == null
            ? Optional.empty()
            : Optional.of(
                new Note(
                    new Author(
                        who.getName().isBlank() ? "unknown" : who.getName(), who.getEmailAddress()),
                    who.getWhenAsInstant(),
                    message.strip()));
    return new Tag(name, CommitId.of(parsed.getObject()), note);
  }

  /** Returns the object a tag object stands for. */
  static ObjectId target(GitObject tag) {
    try {
      return RevTag.parse(tag.content()).getObject();
    } catch (CorruptObjectException e) {
      throw new CorruptDataException("A tag is damaged; run 'coral fsck'.", e);
    }
  }

  /** Returns the bytes of an annotated tag in git's format. */
  static byte[] format(String name, CommitId commit, Note note) {
    TagBuilder builder = new TagBuilder();
    builder.setObjectId(commit.toObjectId(), Constants.OBJ_COMMIT);
    builder.setTag(name);
    builder.setTagger(
        new PersonIdent(note.author().name(), note.author().email(), note.time(), ZoneOffset.UTC));
    builder.setMessage(note.message() + "\n");
    try {
      return builder.build();
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("Every Java platform provides UTF-8.", e);
    }
  }
}
