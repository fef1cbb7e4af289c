package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackReader;
import io.coralml.pack.PackWriter;
import io.coralml.tensor.TensorId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps packs few. Packs of about the same size form a tier, each tier eight times the one below;
 * as soon as a tier has eight packs they become one. So a byte is copied once per tier at most, and
 * the number of packs grows with the logarithm of the store. Packs that count as full are left
 * alone unless there are too many packs altogether. Encoded bytes are copied as they are, their
 * checksums verified on the way.
 *
 * <p>{@link #settle} copies while others publish packs, and takes the lock on the set of packs only
 * for the moment names change. Everything else here happens under that lock.
 */
final class PackMerger {
  /** There are never more packs than this. */
  static final int MAX_PACKS = 50;

  private static final Log LOG = Log.of(PackMerger.class);
  private static final int WIDTH = 8;

  /** Packs of single small commits are many and cost little to copy, but each merge is forced. */
  private static final int LOWEST_WIDTH = 16;

  private static final int WIDTH_BITS = 3;
  private static final long LOWEST_TIER_BYTES = 32 << 10;

  /** With this many packs there is room for two more, and no reason to wait. */
  private static final int TOO_MANY = MAX_PACKS - 2;

  private static final int ENOUGH = 32;

  private final Storage storage;
  private final String directory;

  /** Held by whoever copies packs beside those who publish, so that no two copy the same. */
  private final String merging;

  private final PackCatalog catalog;
  private final Clock clock;

  /** Packs that could not be copied because they are damaged; fsck deals with them. */
  private final Set<String> suspects = ConcurrentHashMap.newKeySet();

  PackMerger(Storage storage, String directory, PackCatalog catalog, Clock clock) {
    this.storage = storage;
    this.directory = directory;
    this.merging = StorageNames.child(directory, "merging");
    this.catalog = catalog;
    this.clock = clock;
  }

  /** Returns whether there is something to merge, as far as this process knows. */
  boolean isDue(long full) {
    return choose(full, Set.of(), TOO_MANY, ENOUGH).size() > 1;
  }

  /**
   * Merges until no tier is full, while others publish packs: what becomes one pack is copied and
   * forced first, and takes the place of the old ones under the lock, if they are still what was
   * copied. Otherwise, or if somebody else is at it, that is left to the next call.
   *
   * @param full from how many bytes on a pack counts as full
   * @param frozen asks for the simple names of packs a sweep is at work on
   */
  void settle(long full, Supplier<Set<String>> frozen) {
    Optional<StorageLock> alone = storage.tryLock(merging, Duration.ZERO);
    if (alone.isEmpty()) {
      return;
    }
    try {
      boolean going = true;
      while (going) {
        catalog.refresh();
        List<PackReader> next = choose(full, frozen.get(), TOO_MANY, ENOUGH);
        going = next.size() > 1 && mergeSound(next, () -> mergeBeside(next, frozen));
      }
    } finally {
      alone.get().close();
    }
  }

  /** Returns whether the packs were still what had been copied, and are one pack now. */
  private boolean mergeBeside(List<PackReader> packs, Supplier<Set<String>> frozen) {
    Map<TensorId, PackSet.Located> best = best(packs, all -> true, catalog.current());
    AtomicBoolean merged = new AtomicBoolean();
    try (PackWriter copy = copy(best.values())) {
      storage.locked(
          ObjectStore.LOCK,
          () -> {
            if (isCurrent(packs, best, frozen.get())) {
              name(copy);
              // Under the same lock: who sees both may keep what is about to go, and drop the copy.
              delete(packs);
              merged.set(true);
            }
          });
    }
    if (merged.get()) {
      PackIndex.write(storage, directory, catalog.refresh().packs().values());
    }
    return merged.get();
  }

  /** Returns whether packs are all there, none of them frozen, and the same entries the best. */
  private boolean isCurrent(
      List<PackReader> packs, Map<TensorId, PackSet.Located> best, Set<String> frozen) {
    PackSet now = catalog.refresh();
    return packs.stream().allMatch(pack -> now.packs().get(pack.name()) == pack)
        && packs.stream().noneMatch(pack -> frozen.contains(pack.name()))
        && best(packs, all -> true, now).entrySet().stream()
            .allMatch(each -> each.getValue().pack() == packOf(best, each.getKey()));
  }

  private static @Nullable PackReader packOf(Map<TensorId, PackSet.Located> best, TensorId id) {
    PackSet.Located located = best.get(id);
    return located == null ? null : located.pack();
  }

  /** Merges only if there is no room for another pack. */
  void makeRoom(long full, Supplier<Set<String>> frozen) {
    PackSet packs = catalog.refresh();
    if (packs.packs().size() + packs.damaged().size() >= TOO_MANY) {
      tidy(full, frozen.get());
    }
  }

  /**
   * Merges until no tier is full and there is room for another pack.
   *
   * @param full from how many bytes on a pack counts as full
   * @param frozen simple names of packs a sweep is at work on
   */
  void tidy(long full, Set<String> frozen) {
    catalog.refresh();
    boolean merged = false;
    for (List<PackReader> next = choose(full, frozen, TOO_MANY, ENOUGH);
        next.size() > 1;
        next = choose(full, frozen, TOO_MANY, ENOUGH)) {
      mergeSound(next);
      merged = true;
    }
    if (merged) {
      PackIndex.write(storage, directory, catalog.current().packs().values());
    }
  }

  /** Merges the smallest packs until there are at most that many. */
  void reduceTo(int most) {
    catalog.refresh();
    for (List<PackReader> next = choose(0, Set.of(), most + 1, most);
        next.size() > 1;
        next = choose(0, Set.of(), most + 1, most)) {
      mergeSound(next);
    }
  }

  private List<PackReader> choose(long full, Set<String> frozen, int tooMany, int enough) {
    PackSet packs = catalog.current();
    if (packs.packs().size() < Math.min(WIDTH, tooMany)) {
      return List.of();
    }
    List<PackReader> free =
        packs.packs().values().stream()
            .filter(pack -> !frozen.contains(pack.name()) && !suspects.contains(pack.name()))
            .sorted(Comparator.comparingLong(PackReader::fileBytes))
            .toList();
    Map<Integer, List<PackReader>> tiers = new TreeMap<>();
    free.stream()
        .filter(pack -> pack.fileBytes() < full)
        .forEach(pack -> tiers.computeIfAbsent(tier(pack), any -> new ArrayList<>()).add(pack));
    for (Map.Entry<Integer, List<PackReader>> tier : tiers.entrySet()) {
      if (tier.getValue().size() >= (tier.getKey() == 0 ? LOWEST_WIDTH : WIDTH)) {
        return tier.getValue();
      }
    }
    int all = packs.packs().size() + packs.damaged().size();
    int surplus = Math.min(all - enough + 1, free.size());
    return all >= tooMany && surplus > 1 ? free.subList(0, surplus) : List.of();
  }

  private static int tier(PackReader pack) {
    long units = pack.fileBytes() / LOWEST_TIER_BYTES;
    return units == 0 ? 0 : (63 - Long.numberOfLeadingZeros(units)) / WIDTH_BITS;
  }

  private void mergeSound(List<PackReader> packs) {
    mergeSound(packs, () -> replace(packs, entry -> true) >= 0);
  }

  /** A damaged pack is set aside and the others are merged at the next call. */
  private boolean mergeSound(List<PackReader> packs, BooleanSupplier merge) {
    try {
      return merge.getAsBoolean();
    } catch (CorruptDataException e) {
      LOG.warn("A pack is not merged with others because it is damaged: {}", e.getMessage());
      int before = suspects.size();
      packs.stream().filter(PackMerger::isDamaged).map(PackReader::name).forEach(suspects::add);
      if (suspects.size() == before) {
        throw e;
      }
      return true;
    }
  }

  private static boolean isDamaged(PackReader pack) {
    try {
      pack.table().entries().forEach(pack::check);
      return false;
    } catch (CorruptDataException e) {
      return true;
    }
  }

  /**
   * Puts one pack in the place of several: writes it, makes it durable, and only then deletes the
   * others.
   *
   * @param keep which of their entries the new pack gets; if none, there is no new pack
   * @return bytes of the new pack; 0 if there is none
   */
  long replace(Collection<PackReader> packs, Predicate<PackEntry> keep) {
    Map<TensorId, PackSet.Located> best = best(packs, keep, catalog.refresh());
    long bytes = 0;
    if (!best.isEmpty()) {
      try (PackWriter copy = copy(best.values())) {
        name(copy);
        bytes = copy.layout().fileBytes();
      }
    }
    delete(packs);
    catalog.refresh();
    return bytes;
  }

  private static Map<TensorId, PackSet.Located> best(
      Collection<PackReader> packs, Predicate<PackEntry> keep, PackSet all) {
    Map<TensorId, PackSet.Located> best = new HashMap<>();
    for (PackReader pack : packs) {
      for (PackEntry entry : pack.table().entries()) {
        if (keep.test(entry)) {
          best.merge(entry.id(), new PackSet.Located(pack, entry), all::better);
        }
      }
    }
    return best;
  }

  /**
   * Gives a copy its name, durably; only then may what it was made from be deleted. What it holds
   * is known, so that nobody who looks next reads it again.
   */
  private void name(PackWriter copy) {
    copy.publish(directory);
    storage.forceDirectory(directory);
    catalog.adopt(copy);
  }

  private void delete(Collection<PackReader> packs) {
    List<String> old = packs.stream().map(PackReader::name).distinct().toList();
    old.forEach(name -> storage.delete(StorageNames.child(directory, name)));
    LOG.debug("{} packs have been replaced.", old.size());
  }

  /** Returns a pack of copies that is complete and forced, and has no name yet. */
  private PackWriter copy(Collection<PackSet.Located> entries) {
    Map<PackReader, List<PackEntry>> byPack =
        entries.stream()
            .sorted(Comparator.comparingLong(each -> each.entry().place().offset()))
            .collect(
                Collectors.groupingBy(
                    PackSet.Located::pack,
                    () -> new TreeMap<>(Comparator.comparing(PackReader::name)),
                    Collectors.mapping(PackSet.Located::entry, Collectors.toList())));
    PackWriter writer = PackWriter.begin(storage);
    try {
      byPack.forEach(writer::copyAll);
      writer.complete(clock.instant());
      return writer;
    } catch (RuntimeException | Error e) {
      writer.close();
      throw e;
    }
  }
}
