package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackReader;
import io.coralml.tensor.TensorId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Removes what nobody reaches, while others read and write.
 *
 * <p>First what is unreachable now is recorded, with the time; only what has been so for the grace
 * period goes on. Then, in this order: the mark is published; the leases are read; reachability is
 * asked for again. A batch, in turn, first pins what it wants to rely on and then looks for a mark.
 * So either the sweep sees the pin, or the batch sees the mark and stores a copy of its own, which
 * the sweep does not touch because it only touches packs that were there when it published the
 * mark.
 *
 * <p>Tensors in use whose base is to go are encoded anew first, and durable, before any pack is
 * replaced.
 */
final class Sweeper {
  private static final Log LOG = Log.of(Sweeper.class);

  /** So many packs leave room for those that are added while the sweep is at work. */
  static final int PACKS_WHILE_SWEEPING = 24;

  private final ObjectStore store;
  private final Storage storage;

  Sweeper(ObjectStore store) {
    this.store = store;
    this.storage = store.storage();
  }

  SweepReport sweep(Liveness liveness, Duration grace) {
    Instant now = store.options().clock().instant();
    PackSet before = store.catalog().refresh();
    Set<TensorId> held = new HashSet<>(liveness.reachable());
    held.addAll(store.leases().all());
    Map<TensorId, Instant> since = unreachableSince(before, held, now);
    Set<TensorId> candidates = new HashSet<>();
    since.forEach(
        (id, time) -> {
          if (!time.plus(grace).isAfter(now)) {
            candidates.add(id);
          }
        });
    int tensors = count(before);
    if (candidates.isEmpty()) {
      storage.locked(ObjectStore.LOCK, () -> dropLeftOvers(Set.of()));
      long after = store.catalog().current().bytes();
      return new SweepReport(tensors, since.size(), since.size(), 0, 0, 0, before.bytes(), after);
    }
    Outcome outcome = remove(liveness, candidates);
    since.keySet().removeAll(outcome.removed());
    Doomed.save(storage, ObjectStore.DIRECTORY, since);
    return new SweepReport(
        tensors,
        since.size() + outcome.removed().size(),
        since.size(),
        outcome.removed().size(),
        outcome.reencoded(),
        outcome.removedBytes(),
        before.bytes(),
        store.catalog().refresh().bytes());
  }

  private record Outcome(Set<TensorId> removed, long removedBytes, int reencoded) {}

  private static int count(PackSet packs) {
    return ids(packs).size();
  }

  private static Set<TensorId> ids(PackSet packs) {
    return packs.packs().values().stream()
        .flatMap(pack -> pack.table().entries().stream())
        .map(PackEntry::id)
        .collect(Collectors.toSet());
  }

  /** Records since when each unreachable tensor has been so; forgets those in use again. */
  private Map<TensorId, Instant> unreachableSince(PackSet packs, Set<TensorId> held, Instant now) {
    Map<TensorId, Instant> before = Doomed.load(storage, ObjectStore.DIRECTORY);
    Map<TensorId, Instant> since = new HashMap<>();
    for (TensorId id : ids(packs)) {
      if (!held.contains(id)) {
        since.put(id, before.getOrDefault(id, now));
      }
    }
    if (!since.equals(before)) {
      Doomed.save(storage, ObjectStore.DIRECTORY, since);
    }
    return since;
  }

  private Outcome remove(Liveness liveness, Set<TensorId> candidates) {
    Set<String> frozen = publish(candidates);
    try {
      Set<TensorId> held = new HashSet<>(store.leases().all());
      held.addAll(liveness.reachable());
      Set<TensorId> dead = new HashSet<>(candidates);
      dead.removeAll(held);
      PackSet packs = store.catalog().refresh();
      long bytes = deadBytes(packs, frozen, dead);
      int reencoded = reencode(packs, dead);
      for (PackReader pack : toReplace(packs, frozen, dead)) {
        storage.locked(
            ObjectStore.LOCK,
            () -> store.merger().replace(List.of(pack), entry -> !goes(entry, dead)));
      }
      storage.locked(ObjectStore.LOCK, () -> dropLeftOvers(dead));
      return new Outcome(dead, bytes, reencoded);
    } finally {
      SweepMark.withdraw(storage, ObjectStore.DIRECTORY);
    }
  }

  /**
   * Removes entries that nobody can use any more because their base is gone: deltas that a batch
   * which ended as the sweep began has published since, of tensors that are elsewhere by now or are
   * dead themselves; and those that a sweep which was killed has left.
   */
  private void dropLeftOvers(Set<TensorId> dead) {
    PackSet packs = store.catalog().refresh();
    Predicate<PackEntry> useless =
        entry -> packs.isLeftOver(entry) || (dead.contains(entry.id()) && isBaseGone(packs, entry));
    packs.packs().values().stream()
        .filter(pack -> pack.table().entries().stream().anyMatch(useless))
        .forEach(pack -> drop(pack, useless));
  }

  private void drop(PackReader pack, Predicate<PackEntry> useless) {
    try {
      store.merger().replace(List.of(pack), useless.negate());
    } catch (CorruptDataException e) {
      LOG.warn("A pack keeps entries that nobody can use: {}", e.getMessage());
    }
  }

  private static boolean isBaseGone(PackSet packs, PackEntry entry) {
    TensorId base = entry.base();
    return base != null && !packs.contains(base);
  }

  private Set<String> publish(Set<TensorId> candidates) {
    Set<String> frozen = new HashSet<>();
    storage.locked(
        ObjectStore.LOCK,
        () -> {
          store.merger().reduceTo(PACKS_WHILE_SWEEPING);
          frozen.addAll(store.catalog().refresh().packs().keySet());
          new SweepMark(frozen, candidates).publish(storage, ObjectStore.DIRECTORY);
        });
    return frozen;
  }

  private static long deadBytes(PackSet packs, Set<String> frozen, Set<TensorId> dead) {
    return packs.packs().values().stream()
        .filter(pack -> frozen.contains(pack.name()))
        .flatMap(pack -> pack.table().entries().stream())
        .filter(entry -> dead.contains(entry.id()))
        .mapToLong(entry -> entry.place().length())
        .sum();
  }

  /** A dead tensor's entry goes, and so does an entry whose base goes: it has been replaced. */
  private static boolean goes(PackEntry entry, Set<TensorId> dead) {
    TensorId base = entry.base();
    return dead.contains(entry.id()) || (base != null && dead.contains(base));
  }

  private static Collection<PackReader> toReplace(
      PackSet packs, Set<String> frozen, Set<TensorId> dead) {
    return packs.packs().values().stream()
        .filter(pack -> frozen.contains(pack.name()))
        .filter(pack -> pack.table().entries().stream().anyMatch(entry -> goes(entry, dead)))
        .sorted(Comparator.comparing(PackReader::name))
        .toList();
  }

  /**
   * Encodes anew every tensor that stays while its base goes. The first of those that share a base
   * is encoded alone and becomes the base of the others.
   */
  private int reencode(PackSet packs, Set<TensorId> dead) {
    Map<TensorId, PackEntry> orphans = orphans(packs, dead);
    if (orphans.isEmpty()) {
      return 0;
    }
    Map<TensorId, TensorId> heirs = new HashMap<>();
    List<PackEntry> inOrder =
        orphans.values().stream()
            .sorted(Comparator.comparingInt(PackEntry::depth).thenComparing(PackEntry::id))
            .toList();
    try (PutBatch batch = store.begin()) {
      for (PackEntry orphan : inOrder) {
        TensorId root = root(packs, orphan);
        TensorId heir = heirs.get(root);
        batch.reencode(orphan, heir != null ? heir : livingBase(packs, orphan, dead, orphans));
        heirs.putIfAbsent(root, orphan.id());
      }
      batch.seal();
    }
    return orphans.size();
  }

  /**
   * Returns, of the tensors that stay, those all of whose entries have a base that goes. An entry
   * that a killed clean-up has left over, its base gone before, keeps nothing alive.
   */
  private static Map<TensorId, PackEntry> orphans(PackSet packs, Set<TensorId> dead) {
    Map<TensorId, PackEntry> orphans = new HashMap<>();
    Set<TensorId> fine = new HashSet<>();
    for (PackReader pack : packs.packs().values()) {
      for (PackEntry entry : pack.table().entries()) {
        TensorId base = entry.base();
        if (dead.contains(entry.id())) {
          continue;
        }
        if (base != null && dead.contains(base)) {
          orphans.put(entry.id(), entry);
        } else if (packs.isSound(entry)) {
          fine.add(entry.id());
        }
      }
    }
    orphans.keySet().removeAll(fine);
    return orphans;
  }

  private static TensorId root(PackSet packs, PackEntry entry) {
    Deque<TensorId> chain = chain(packs, entry);
    return chain.isEmpty() ? entry.id() : chain.getLast();
  }

  /** Returns the bases below an entry, nearest first. */
  private static Deque<TensorId> chain(PackSet packs, PackEntry entry) {
    Deque<TensorId> chain = new ArrayDeque<>();
    TensorId next = entry.base();
    while (next != null && !chain.contains(next)) {
      chain.addLast(next);
      next = packs.find(next).map(found -> found.entry().base()).orElse(null);
    }
    return chain;
  }

  /** Returns the nearest base further down that stays as it is, if there is one. */
  private static @Nullable TensorId livingBase(
      PackSet packs, PackEntry orphan, Set<TensorId> dead, Map<TensorId, PackEntry> orphans) {
    for (TensorId below : chain(packs, orphan)) {
      if (!dead.contains(below) && !orphans.containsKey(below)) {
        return below;
      }
    }
    return null;
  }

  /** Deletes files in the temporary directory that nobody has written to for that long. */
  static int removeTemporaries(Storage storage, Instant before) {
    int removed = 0;
    for (String name : storage.list(Storage.TEMPORARY)) {
      String file = StorageNames.child(Storage.TEMPORARY, name);
      boolean stale =
          storage
              .info(file)
              .filter(info -> !info.directory() && info.modified().isBefore(before))
              .isPresent();
      if (stale && storage.delete(file)) {
        removed++;
      }
    }
    return removed;
  }
}
