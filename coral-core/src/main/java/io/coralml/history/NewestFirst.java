package io.coralml.history;

import io.coralml.CorruptDataException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The commits that led to some commits, by the time they were committed at, newest first; of the
 * same second the one found first, as git does. Reads no more commits than were asked for and their
 * parents, and needs none of JGit's walks, whose classes take long to load. For one thread.
 */
final class NewestFirst implements Iterator<Commit> {
  // No lambda and no record as a key: at the start of a program each takes a while to be linked.
  private record Found(Commit commit, long seconds, int number) implements Comparable<Found> {
    @Override
    public int compareTo(Found other) {
      int newer = Long.compare(other.seconds, seconds);
      return newer != 0 ? newer : Integer.compare(number, other.number);
    }
  }

  private final ObjectSource source;
  private final Set<ObjectId> seen = new HashSet<>();
  private final PriorityQueue<Found> next = new PriorityQueue<>();

  /**
   * @throws CorruptDataException if one of the commits is missing or damaged
   */
  NewestFirst(ObjectSource source, Collection<CommitId> from) {
    this.source = source;
    for (CommitId id : from) {
      find(id.toObjectId());
    }
  }

  private void find(ObjectId id) {
    if (seen.add(id)) {
      CommitParser parser = new CommitParser(source.read(id, Constants.OBJ_COMMIT).content());
      Commit commit = Commit.parse(CommitId.of(id), parser);
      next.add(new Found(commit, parser.committed(), seen.size()));
    }
  }

  @Override
  public boolean hasNext() {
    return !next.isEmpty();
  }

  /**
   * @throws CorruptDataException if a parent is missing or damaged
   */
  @Override
  public Commit next() {
    Found newest = next.poll();
    if (newest == null) {
      throw new NoSuchElementException();
    }
    for (CommitId parent : newest.commit().parents()) {
      find(parent.toObjectId());
    }
    return newest.commit();
  }
}
