package io.coralml.history;

import io.coralml.CorruptDataException;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/** Where git objects are read from. Thread-safe unless an implementation says otherwise. */
interface ObjectSource {
  /** Returns an object, verified against its name, or nothing if there is none of that name. */
  Optional<GitObject> find(ObjectId id);

  /** Returns whether the object is known to be here; may say no about one that just arrived. */
  boolean has(ObjectId id);

  /**
   * Returns an object that something here refers to.
   *
   * @param type the type it must have, or {@link GitObject#ANY}
   * @throws CorruptDataException if it is missing, damaged or of another type
   */
  default GitObject read(ObjectId id, int type) {
    return find(id)
        .orElseThrow(
            () ->
                new CorruptDataException(
                    "The history object " + id.name() + " is missing; run 'coral fsck'."))
        .requireType(id, type);
  }
}
