package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackReader;
import io.coralml.pack.PackWriter;
import io.coralml.tensor.TensorId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Looks for damage, and takes damaged packs out of use. */
final class StoreCheck {
  /** Where damaged packs are put. */
  static final String QUARANTINE = "quarantine";

  private static final Log LOG = Log.of(StoreCheck.class);

  private final ObjectStore store;
  private final Storage storage;
  private final List<CheckReport.Damage> damages = new ArrayList<>();
  private long bytesChecked;

  StoreCheck(ObjectStore store) {
    this.store = store;
    this.storage = store.storage();
  }

  CheckReport check(CheckLevel level, double share) {
    PackSet packs = store.catalog().reopen();
    Set<TensorId> tensors = new HashSet<>();
    List<PackReader> sound = new ArrayList<>();
    structure(packs, any -> true, tensors, sound);
    if (level == CheckLevel.SAMPLE) {
      sample(sound, share);
    } else if (level == CheckLevel.DEEP) {
      sound.forEach(pack -> deep(packs, pack));
      remember(sound);
    }
    int count = packs.packs().size() + packs.damaged().size();
    return new CheckReport(level, count, tensors.size(), bytesChecked, damages);
  }

  private void structure(
      PackSet packs, Predicate<String> chosen, Set<TensorId> tensors, List<PackReader> sound) {
    packs.damaged().forEach((pack, why) -> damages.add(new CheckReport.Damage(pack, null, why)));
    for (PackReader pack : packs.packs().values()) {
      if (chosen.test(pack.name()) && structure(packs, pack, tensors)) {
        sound.add(pack);
      }
    }
  }

  private boolean structure(PackSet packs, PackReader pack, Set<TensorId> tensors) {
    try {
      pack.checkStructure();
    } catch (CoralException e) {
      damages.add(new CheckReport.Damage(pack.name(), null, String.valueOf(e.getMessage())));
      return false;
    }
    for (PackEntry entry : pack.table().entries()) {
      tensors.add(entry.id());
      TensorId base = entry.base();
      if (base != null && !packs.contains(base) && packs.findAll(entry.id()).size() == 1) {
        damage(pack, entry, "its base " + base + " is in no readable pack");
      }
    }
    return true;
  }

  private void damage(PackReader pack, PackEntry entry, String what) {
    damages.add(new CheckReport.Damage(pack.name(), entry.id(), what));
  }

  /** Verifies checksums, least recently checked packs first, until the share is done. */
  private void sample(List<PackReader> packs, double share) {
    Map<String, Instant> checked = CheckTimes.load(storage, ObjectStore.DIRECTORY);
    long wanted = (long) Math.ceil(share * packs.stream().mapToLong(PackReader::fileBytes).sum());
    List<PackReader> oldestFirst =
        packs.stream()
            .sorted(
                Comparator.comparing(
                        (PackReader pack) -> checked.getOrDefault(pack.name(), Instant.EPOCH))
                    .thenComparing(PackReader::name))
            .toList();
    List<PackReader> done = new ArrayList<>();
    long bytes = 0;
    for (PackReader pack : oldestFirst) {
      if (bytes >= wanted) {
        break;
      }
      pack.table().entries().forEach(entry -> checksums(pack, entry));
      bytes += pack.fileBytes();
      done.add(pack);
    }
    remember(done);
  }

  private void checksums(PackReader pack, PackEntry entry) {
    try {
      pack.check(entry);
      bytesChecked += entry.place().length();
    } catch (CoralException e) {
      damage(pack, entry, String.valueOf(e.getMessage()));
    }
  }

  /** Decodes each entry of the pack from the pack itself, not from a copy elsewhere. */
  private void deep(PackSet packs, PackReader pack) {
    for (PackEntry entry : pack.table().entries()) {
      try {
        pack.check(entry);
        if (!packs.isLeftOver(entry)) {
          store.lookup().reading(packs, new PackSet.Located(pack, entry)).verify();
        }
        bytesChecked += entry.place().length();
      } catch (CoralException e) {
        damage(pack, entry, String.valueOf(e.getMessage()));
      }
    }
  }

  private void remember(List<PackReader> done) {
    if (done.isEmpty()) {
      return;
    }
    Instant now = store.options().clock().instant();
    CheckTimes.save(
        storage, ObjectStore.DIRECTORY, done, store.catalog().current().packs().keySet(), now);
  }

  /**
   * Moves damaged packs to quarantine, after what is sound in them has been copied into a new pack.
   */
  RepairReport repair() {
    Set<String> suspects = check(CheckLevel.DEEP, 1).damagedPacks();
    List<String> quarantined = new ArrayList<>();
    Set<TensorId> inside = new HashSet<>();
    int[] rescued = {0};
    if (!suspects.isEmpty()) {
      storage.createDirectory(QUARANTINE);
      storage.locked(ObjectStore.LOCK, () -> rescued[0] = repair(suspects, quarantined, inside));
    }
    PackSet now = store.catalog().refresh();
    inside.removeIf(now::contains);
    return new RepairReport(quarantined, rescued[0], inside);
  }

  /** Looks again at what seems damaged: others may have replaced it, or a base of it, meanwhile. */
  private int repair(Set<String> suspects, List<String> quarantined, Set<TensorId> inside) {
    CheckReport found = recheck(suspects);
    PackSet packs = store.catalog().current();
    quarantined.addAll(found.damagedPacks());
    int rescued = 0;
    for (String name : quarantined) {
      PackReader pack = packs.packs().get(name);
      if (pack != null) {
        rescued += rescue(pack, badIn(found, name), inside);
      }
    }
    quarantined.forEach(this::quarantine);
    storage.forceDirectory(QUARANTINE);
    storage.forceDirectory(ObjectStore.DIRECTORY);
    return rescued;
  }

  private CheckReport recheck(Set<String> suspects) {
    damages.clear();
    PackSet packs = store.catalog().reopen();
    List<PackReader> sound = new ArrayList<>();
    structure(packs, suspects::contains, new HashSet<>(), sound);
    sound.forEach(pack -> deep(packs, pack));
    return new CheckReport(CheckLevel.DEEP, suspects.size(), 0, bytesChecked, damages);
  }

  private static Set<TensorId> badIn(CheckReport found, String pack) {
    return found.damages().stream()
        .filter(damage -> damage.pack().equals(pack) && damage.tensor() != null)
        .map(CheckReport.Damage::tensor)
        .collect(Collectors.toSet());
  }

  /** Copies the sound entries of a damaged pack into a new one, and makes that durable. */
  private int rescue(PackReader pack, Set<TensorId> bad, Set<TensorId> inside) {
    List<PackEntry> sound;
    try {
      List<PackEntry> all = pack.table().entries();
      all.forEach(entry -> inside.add(entry.id()));
      sound = all.stream().filter(entry -> !bad.contains(entry.id())).toList();
    } catch (CoralException e) {
      LOG.warn("Nothing can be rescued from pack {}: {}", pack.name(), e.getMessage());
      return 0;
    }
    if (sound.isEmpty()) {
      return 0;
    }
    try (PackWriter writer = PackWriter.begin(storage)) {
      sound.forEach(entry -> writer.copy(pack, entry));
      writer.complete(store.options().clock().instant());
      writer.publish(ObjectStore.DIRECTORY);
      storage.forceDirectory(ObjectStore.DIRECTORY);
    }
    return sound.size();
  }

  private void quarantine(String name) {
    storage.rename(
        StorageNames.child(ObjectStore.DIRECTORY, name), StorageNames.child(QUARANTINE, name));
  }
}
