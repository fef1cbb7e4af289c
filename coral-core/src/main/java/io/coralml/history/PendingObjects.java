package io.coralml.history;

import io.coralml.io.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * New git objects that are gathered in memory and then written as one pack. They can be read before
 * that, together with those of the repository. For one thread.
 */
final class PendingObjects implements ObjectSource {
  private final ObjectDatabase database;
  private final Map<ObjectId, GitObject> pending = new LinkedHashMap<>();

  PendingObjects(ObjectDatabase database) {
    this.database = database;
  }

  /** Adds an object, unless the repository has it already. */
  ObjectId add(int type, byte[] content) {
    GitObject object = new GitObject(type, content);
    ObjectId id = object.id();
    if (!pending.containsKey(id) && !database.has(id)) {
      pending.put(id, object);
    }
    return id;
  }

  @Override
  public Optional<GitObject> find(ObjectId id) {
    GitObject found = pending.get(id);
    return found != null ? Optional.of(found) : database.find(id);
  }

  @Override
  public boolean has(ObjectId id) {
    return pending.containsKey(id) || database.has(id);
  }

  /** Makes all objects durable and visible, in one pack. */
  void flush(Storage storage) {
    if (pending.isEmpty()) {
      return;
    }
    try (PackOutput output = new PackOutput(storage, pending.size())) {
      pending.forEach(output::add);
      database.add(output.finish());
    }
    pending.clear();
  }
}
