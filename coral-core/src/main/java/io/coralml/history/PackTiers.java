package io.coralml.history;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.NotFoundException;
import io.coralml.io.Forces;
import io.coralml.io.StagedWrite;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the number of git packs small: as soon as eight packs are of about one size, they become
 * one of the next. Every object is therefore copied about once per eightfold growth of the history,
 * and the work is spread evenly over commits. For the one who holds the history's lock, apart from
 * {@link #settleBeside}.
 *
 * <p>Packed bytes are copied as they are, checked against the CRC-32 of the index; entries that
 * stock git stored as deltas are unpacked, so that packs written here never depend on one another.
 */
final class PackTiers {
  /** There are never more packs than this after a commit. */
  static final int MAX_PACKS = 50;

  private static final Log LOG = Log.of(PackTiers.class);
  private static final int FAN_IN = 8;

  /** Packs of small groups of commits are many and cheap to copy, but each merge is forced. */
  private static final int LOWEST_FAN_IN = 16;

  private static final int MANY_PACKS = 40;

  /** So many old packs go in one turn. */
  private static final int RETIRED_AT_ONCE = 4;

  /** With this many packs there is room for two more, and no reason to wait. */
  private static final int TOO_MANY = MAX_PACKS - 2;

  private static final long SMALLEST_TIER = 32 << 10;
  private static final long TOO_LARGE_TO_MERGE = 1L << 30;
  private static final int COPY_BYTES = 64 << 10;

  private final Storage storage;
  private final ObjectDatabase database;

  PackTiers(Storage storage, ObjectDatabase database) {
    this.storage = storage;
    this.database = database;
  }

  /** Merges whatever is due. */
  void settle() {
    for (List<GitPack> due = due(); !due.isEmpty(); due = due()) {
      merge(due, null);
    }
  }

  /** Merges only if there is no room for another pack; a failure keeps nobody from committing. */
  void makeRoom() {
    if (database.packs().size() >= TOO_MANY) {
      try {
        settle();
      } catch (CoralException e) {
        LOG.warn("There are many git packs that could not be merged: {}", e.getMessage());
      }
    }
  }

  /** Returns whether there is something to merge, as far as this process knows. */
  boolean isDue() {
    try {
      return !due().isEmpty();
    } catch (NotFoundException e) {
      LOG.debug("Others have merged git packs; whoever merges looks for them again.");
      return true;
    }
  }

  /**
   * Merges whatever is due while others commit: what becomes one pack is written and forced first,
   * and takes the place of the old ones in turns to write, if they are all still there by then.
   * Otherwise that is left to the next call.
   *
   * @param turn waits for the history's lock
   */
  void settleBeside(Supplier<StorageLock> turn) {
    boolean going = true;
    while (going) {
      database.rescan();
      List<GitPack> packs = database.packs();
      try {
        List<GitPack> due = due();
        going = !due.isEmpty() && mergeBeside(due, turn);
      } catch (NotFoundException e) {
        if (packs.stream().allMatch(database::isStillThere)) {
          throw e;
        }
        LOG.debug("Somebody had to make room and has merged git packs; the next call goes on.", e);
        going = false;
      }
    }
  }

  /**
   * Nobody who commits waits for more than a few names: the merged pack gets its name in one turn,
   * which is forced while others go on, and in the next ones the old packs go, some in each and
   * each with both its files, as they count as long as one is there. A clean-up is kept out all the
   * while ({@link History#beginAlone}); who has to make room is not.
   */
  private boolean mergeBeside(List<GitPack> packs, Supplier<StorageLock> turn) {
    Map<ObjectId, Source> entries = entries(packs, null);
    Forces forces = new Forces(storage);
    try (PackOutput output = new PackOutput(storage, entries.size())) {
      copy(entries, output);
      output.prepare(forces);
      forces.run();
      if (!inTurn(turn, () -> publish(output, packs, forces))) {
        return false;
      }
      forces.run();
      String merged = output.written().name();
      for (int from = 0; from < packs.size(); from += RETIRED_AT_ONCE) {
        int to = Math.min(from + RETIRED_AT_ONCE, packs.size());
        List<GitPack> some = packs.subList(from, to);
        if (!inTurn(turn, () -> retire(some, merged))) {
          return false;
        }
      }
      return true;
    } finally {
      forces.abandon();
    }
  }

  private static boolean inTurn(Supplier<StorageLock> turn, BooleanSupplier work) {
    StorageLock lock = turn.get();
    try {
      return work.getAsBoolean();
    } finally {
      lock.close();
    }
  }

  /** Names the merged pack if those it was made from are all still there. */
  private boolean publish(PackOutput merged, List<GitPack> packs, Forces forces) {
    database.rescan();
    if (!database.packs().containsAll(packs)) {
      return false;
    }
    merged.publish(forces);
    database.add(merged.written());
    return true;
  }

  /** Deletes packs if the merged one is still there: it may be merged already in turn. */
  private boolean retire(List<GitPack> packs, String merged) {
    database.rescan();
    if (database.packs().stream().noneMatch(pack -> pack.name().equals(merged))) {
      return false;
    }
    delete(packs, merged);
    return true;
  }

  private List<GitPack> due() {
    List<GitPack> packs = new ArrayList<>();
    for (GitPack pack : database.packs()) {
      if (pack.length() < TOO_LARGE_TO_MERGE) {
        packs.add(pack);
      }
    }
    Map<Integer, List<GitPack>> tiers = new TreeMap<>();
    for (GitPack pack : packs) {
      tiers.computeIfAbsent(tier(pack.length()), any -> new ArrayList<>()).add(pack);
    }
    for (Map.Entry<Integer, List<GitPack>> tier : tiers.entrySet()) {
      if (tier.getValue().size() >= (tier.getKey() == 0 ? LOWEST_FAN_IN : FAN_IN)) {
        return tier.getValue();
      }
    }
    if (packs.size() < MANY_PACKS) {
      return List.of();
    }
    packs.sort(Comparator.comparingLong(GitPack::length));
    return packs.subList(0, packs.size() / 2);
  }

  private static int tier(long length) {
    int tier = 0;
    for (long limit = SMALLEST_TIER; length > limit; limit *= FAN_IN) {
      tier++;
    }
    return tier;
  }

  /** An entry to copy: its place in the index of its pack. */
  private record Source(GitPack pack, int position) {}

  /**
   * Writes one pack in place of several.
   *
   * @param keep the objects to take over, null for all
   */
  void merge(Collection<GitPack> packs, @Nullable Set<ObjectId> keep) {
    Map<ObjectId, Source> entries = entries(packs, keep);
    String merged = "";
    if (!entries.isEmpty()) {
      GitPack written = write(entries);
      database.add(written);
      merged = written.name();
    }
    delete(packs, merged);
  }

  private static Map<ObjectId, Source> entries(
      Collection<GitPack> packs, @Nullable Set<ObjectId> keep) {
    Map<ObjectId, Source> entries = new LinkedHashMap<>();
    for (GitPack pack : packs) {
      for (int i = 0; i < pack.index().count(); i++) {
        ObjectId id = pack.index().id(i);
        if (keep == null || keep.contains(id)) {
          entries.putIfAbsent(id, new Source(pack, i));
        }
      }
    }
    return entries;
  }

  /** Deletes packs whose objects are in another by now, or are not to be kept. */
  private void delete(Collection<GitPack> packs, String merged) {
    for (GitPack pack : packs) {
      if (!pack.name().equals(merged)) {
        // The index first: without it the rest is a left-over and not a pack.
        storage.delete(GitPack.indexFile(pack.name()));
        storage.delete(GitPack.dataFile(pack.name()));
      }
    }
    database.rescan();
  }

  private GitPack write(Map<ObjectId, Source> entries) {
    try (PackOutput output = new PackOutput(storage, entries.size())) {
      copy(entries, output);
      StagedWrite.run(storage, output);
      return output.written();
    }
  }

  private void copy(Map<ObjectId, Source> entries, PackOutput output) {
    Map<GitPack, long[]> bounds = new HashMap<>();
    entries.forEach(
        (id, source) -> {
          GitPack pack = source.pack();
          long[] starts = bounds.computeIfAbsent(pack, PackTiers::starts);
          long start = pack.index().offset(source.position());
          int type = (pack.bytes(start, 1).get() >> 4) & 7;
          if (type == Constants.OBJ_OFS_DELTA || type == Constants.OBJ_REF_DELTA) {
            output.add(id, database.read(id, GitObject.ANY));
          } else {
            copy(output, id, source, start, end(starts, start));
          }
        });
  }

  private static void copy(PackOutput output, ObjectId id, Source source, long start, long end) {
    GitPack pack = source.pack();
    output.begin();
    for (long at = start; at < end; ) {
      ByteBuffer piece = pack.bytes(at, (int) Math.min(COPY_BYTES, end - at));
      at += piece.remaining();
      output.copy(piece);
    }
    if (output.end(id, end - start) != pack.index().crc(source.position())) {
      throw new CorruptDataException(
          "'" + GitPack.dataFile(pack.name()) + "' is damaged; run 'coral fsck'.");
    }
  }

  /** Returns where the entries of a pack begin, in order, and where the last one ends. */
  private static long[] starts(GitPack pack) {
    int count = pack.index().count();
    long[] starts = new long[count + 1];
    for (int i = 0; i < count; i++) {
      starts[i] = pack.index().offset(i);
    }
    starts[count] = pack.length() - Constants.OBJECT_ID_LENGTH;
    Arrays.sort(starts);
    return starts;
  }

  private static long end(long[] starts, long start) {
    int at = Arrays.binarySearch(starts, start);
    if (at < 0 || at + 1 >= starts.length) {
      throw new CorruptDataException(
          "A pack index lists entries outside its pack; run 'coral fsck'.");
    }
    return starts[at + 1];
  }
}
