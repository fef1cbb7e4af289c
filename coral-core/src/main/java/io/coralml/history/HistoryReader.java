package io.coralml.history;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * Lets JGit walk the history: its view of an {@link ObjectSource}. It gives JGit no file, no
 * configuration and nothing to write. For one thread, as every {@link ObjectReader}.
 */
final class HistoryReader extends ObjectReader {
  private final ObjectSource source;

  HistoryReader(ObjectSource source) {
    this.source = source;
  }

  @Override
  public ObjectReader newReader() {
    return new HistoryReader(source);
  }

  @Override
  public Collection<ObjectId> resolve(AbbreviatedObjectId id) {
    List<ObjectId> found = new ArrayList<>();
    if (id.isComplete() && source.has(id.toObjectId())) {
      found.add(id.toObjectId());
    }
    return found;
  }

  @Override
  public ObjectLoader open(AnyObjectId id, int typeHint) throws IOException {
    GitObject object =
        source
            .find(id.toObjectId())
            .orElseThrow(
                () ->
                    typeHint == OBJ_ANY
                        ? new MissingObjectException(id.toObjectId(), "object")
                        : new MissingObjectException(id.toObjectId(), typeHint));
    if (typeHint != OBJ_ANY && object.type() != typeHint) {
      throw new IncorrectObjectTypeException(id.toObjectId(), typeHint);
    }
    return new ObjectLoader.SmallObject(object.type(), object.content());
  }

  @Override
  public Set<ObjectId> getShallowCommits() {
    return Set.of();
  }

  /** Holds nothing. */
  @Override
  public void close() {}
}
