package io.coralml.history;

import io.coralml.CorruptDataException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * An object of git's model: a commit, tree, blob or tag, whole and in memory.
 *
 * @param type one of JGit's {@code Constants.OBJ_*}
 * @param content the bytes behind the object's header; not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and copied nowhere for speed
record GitObject(int type, byte[] content) {

  /** Returns git's name of the object: the SHA-1 of its type, length and content. */
  ObjectId id() {
    MessageDigest sha = sha1();
    String header = Constants.typeString(type) + ' ' + content.length + '\0';
    sha.update(header.getBytes(StandardCharsets.US_ASCII));
    return ObjectId.fromRaw(sha.digest(content));
  }

  /**
   * Returns this object if it is the one of that name.
   *
   * @throws CorruptDataException if it is another, so that damage never passes for content
   */
  GitObject requireIs(ObjectId expected) {
    if (!id().equals(expected)) {
      throw new CorruptDataException(
          "The history object " + expected.name() + " is damaged; run 'coral fsck'.");
    }
    return this;
  }

  /**
   * Returns this object if it has that type.
   *
   * @param name the object's name, for the message
   * @throws CorruptDataException if it has another type
   */
  GitObject requireType(ObjectId name, int expected) {
    if (type != expected && expected != ANY) {
      throw new CorruptDataException(
          "The history object "
              + name.name()
              + " is a "
              + Constants.typeString(type)
              + ", not a "
              + Constants.typeString(expected)
              + "; run 'coral fsck'.");
    }
    return this;
  }

  /** Stands for every type. */
  static final int ANY = -1;

  static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform provides SHA-1.", e);
    }
  }
}
