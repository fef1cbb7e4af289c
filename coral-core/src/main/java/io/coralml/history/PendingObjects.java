package io.coralml.history;

import io.coralml.io.Forces;
import io.coralml.io.StagedWrite;
import io.coralml.io.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * New git objects that are gathered in memory and then written as one pack. They can be read before
 * that, together with those of the repository. For one thread.
 */
final class PendingObjects implements ObjectSource, StagedWrite, AutoCloseable {
  private final Storage storage;
  private final ObjectDatabase database;
  private final Map<ObjectId, GitObject> pending = new LinkedHashMap<>();
  private @Nullable PackOutput output;

  PendingObjects(Storage storage, ObjectDatabase database) {
    this.storage = storage;
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

  /** Returns whether an object is to be written with these, and was not there before. */
  boolean isNew(ObjectId id) {
    return pending.containsKey(id);
  }

  /** Writes all objects into one pack, which is durable when the forces have run. */
  @Override
  public void prepare(Forces forces) {
    if (!pending.isEmpty()) {
      PackOutput pack = new PackOutput(storage, pending.size());
      output = pack;
      pending.forEach(pack::add);
      pack.prepare(forces);
    }
  }

  /** Makes the pack visible. */
  @Override
  public void publish(Forces forces) {
    PackOutput pack = output;
    if (pack != null) {
      pack.publish(forces);
      database.add(pack.written());
      pending.clear();
      close();
    }
  }

  /** Drops what was prepared and not published. */
  @Override
  public void close() {
    PackOutput pack = output;
    output = null;
    if (pack != null) {
      pack.close();
    }
  }
}
