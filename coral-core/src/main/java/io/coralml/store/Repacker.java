package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.codec.ChunkMode;
import io.coralml.codec.Encoded;
import io.coralml.codec.EncodedStats;
import io.coralml.codec.TensorCodec;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackFormat;
import io.coralml.pack.PackReader;
import io.coralml.pack.PackWriter;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Gives tensors other bases while others read and write.
 *
 * <p>The order is that of a sweep, whose lock it holds: what will be stored otherwise is published
 * as a mark, then the leases are read. A batch pins what it relies on and then looks for the mark,
 * so either this sees the pin and leaves the tensor and its bases as they are, or the batch sees
 * the mark and stores a copy of its own. Then new packs are written, made durable, read back from
 * disk and verified to the last identity, and only then the old packs go, in the order {@link
 * PackRetirement} chooses. Whatever is found done already is not done again.
 */
final class Repacker {
  private final ObjectStore store;
  private final Storage storage;
  private final RepackOptions options;
  private final TensorCodec codec;

  private long encodedBytes;
  private long done;
  private long all;
  private @Nullable PackWriter writer;

  Repacker(ObjectStore store, RepackOptions options) {
    this.store = store;
    this.storage = store.storage();
    this.options = options;
    this.codec = TensorCodec.of(store.options().effort());
  }

  RepackReport repack(Map<TensorId, Optional<TensorId>> bases) {
    PackSet before = store.catalog().refresh();
    requireSound(before);
    RepackWork work = work(before, bases, store.leases().all());
    if (options.dryRun()) {
      return estimate(before, work);
    }
    if (work.replaced().isEmpty() && work.reencode().isEmpty()) {
      return report(before, true, work, 0, store.catalog().refresh());
    }
    try {
      RepackWork agreed = publish(bases);
      boolean complete = write(agreed);
      if (complete) {
        verify(agreed);
        new PackRetirement(store, agreed.targets()).retire(agreed.replaced());
      }
      int inUse = Math.max(0, work.reencode().size() - agreed.reencode().size());
      return report(before, complete, agreed, inUse, store.catalog().refresh());
    } finally {
      SweepMark.withdraw(storage, ObjectStore.DIRECTORY);
    }
  }

  private static void requireSound(PackSet packs) {
    if (!packs.damaged().isEmpty()) {
      throw new CorruptDataException(
          "Damaged packs cannot be repacked: "
              + String.join(", ", packs.damaged().keySet())
              + "; run fsck --repair first.");
    }
  }

  private RepackWork work(
      PackSet packs, Map<TensorId, Optional<TensorId>> bases, Set<TensorId> pinned) {
    return RepackWork.of(packs, bases, pinned, store.options().maxDepth());
  }

  /** Says what will change, and then leaves out what somebody has come to rely on. */
  private RepackWork publish(Map<TensorId, Optional<TensorId>> bases) {
    AtomicReference<PackSet> frozen = new AtomicReference<>();
    Set<TensorId> announced = new HashSet<>();
    storage.locked(
        ObjectStore.LOCK,
        () -> {
          store.merger().reduceTo(Sweeper.PACKS_WHILE_SWEEPING);
          PackSet packs = store.catalog().refresh();
          frozen.set(packs);
          announced.addAll(work(packs, bases, store.leases().all()).changing());
          new SweepMark(Set.copyOf(packs.packs().keySet()), announced)
              .publish(storage, ObjectStore.DIRECTORY);
        });
    Set<TensorId> pinned = new HashSet<>(store.leases().all());
    RepackWork work = work(frozen.get(), bases, pinned);
    while (!announced.containsAll(work.changing())) {
      pinned.addAll(work.changing());
      pinned.removeAll(announced);
      work = work(frozen.get(), bases, pinned);
    }
    return work;
  }

  private boolean write(RepackWork work) {
    all = work.reencode().size() + (long) work.copy().size();
    try {
      for (List<PackEntry> batch : RepackBatches.of(work.reencode())) {
        encode(batch, work.targets());
        if (options.cancelled().getAsBoolean()) {
          return false;
        }
      }
      if (!copy(work)) {
        return false;
      }
      cut();
      storage.forceDirectory(ObjectStore.DIRECTORY);
      return true;
    } finally {
      PackWriter unfinished = writer;
      if (unfinished != null) {
        writer = null;
        unfinished.close();
      }
    }
  }

  private record Small(PackEntry entry, Encoded encoded) {}

  private void encode(List<PackEntry> batch, Map<TensorId, BaseGraph.Target> targets) {
    List<PackEntry> small = batch.stream().filter(each -> !RepackBatches.isLarge(each)).toList();
    List<Small> encoded =
        small.parallelStream()
            .map(each -> new Small(each, encodeSmall(each, targets.get(each.id()))))
            .toList();
    for (Small each : encoded) {
      encodedBytes += each.encoded().length();
      if (!options.dryRun()) {
        PackWriter.Appending appending = into(each.encoded().length()).append();
        appending.write(each.encoded().bytes());
        finish(appending, each.entry(), targets, each.encoded().baseId().isPresent());
      }
    }
    batch.stream().filter(RepackBatches::isLarge).forEach(each -> encodeLarge(each, targets));
    done += batch.size();
    options.progress().at(done, all);
  }

  private Encoded encodeSmall(PackEntry entry, BaseGraph.Target target) {
    TensorId base = target.base();
    return codec.encode(store.read(entry.id()), base == null ? null : store.read(base));
  }

  private void encodeLarge(PackEntry entry, Map<TensorId, BaseGraph.Target> targets) {
    TensorId baseId = targets.get(entry.id()).base();
    TensorSource base = baseId == null ? null : store.open(baseId);
    if (options.dryRun()) {
      encodedBytes += codec.encode(store.open(entry.id()), base, new Counting()).encodedBytes();
      return;
    }
    PackWriter.Appending appending = into(entry.form().byteLength() / 2).append();
    try (appending) {
      EncodedStats stats = codec.encode(store.open(entry.id()), base, appending);
      boolean delta =
          base != null && stats.chunks().keySet().stream().anyMatch(ChunkMode::needsBase);
      finish(appending, entry, targets, delta);
    }
  }

  /** Takes bytes and forgets them. */
  private static final class Counting implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) {
      int count = bytes.remaining();
      bytes.position(bytes.limit());
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** A delta that saves nothing was encoded alone; its depth may stay what others count on. */
  private void finish(
      PackWriter.Appending appending,
      PackEntry entry,
      Map<TensorId, BaseGraph.Target> targets,
      boolean delta) {
    BaseGraph.Target target = targets.get(entry.id());
    appending.finish(
        entry.id(),
        entry.form(),
        delta ? target.base() : null,
        delta ? target.depth() : 0,
        entry.leaves());
  }

  private boolean copy(RepackWork work) {
    Map<PackReader, List<PackEntry>> byPack = new TreeMap<>(Comparator.comparing(PackReader::name));
    for (PackSet.Located each : work.copy()) {
      int depth = work.targets().get(each.entry().id()).depth();
      byPack
          .computeIfAbsent(each.pack(), any -> new ArrayList<>())
          .add(each.entry().withDepth(depth));
    }
    for (Map.Entry<PackReader, List<PackEntry>> each : byPack.entrySet()) {
      List<PackEntry> inOrder = new ArrayList<>(each.getValue());
      inOrder.sort(Comparator.comparingLong(entry -> entry.place().offset()));
      for (PackEntry entry : inOrder) {
        into(entry.place().length()).copy(each.getKey(), entry);
        done++;
      }
      options.progress().at(done, all);
      if (options.cancelled().getAsBoolean()) {
        return false;
      }
    }
    return true;
  }

  private PackWriter into(long nextBytes) {
    PackWriter current = writer;
    if (current != null && current.dataBytes() + nextBytes > store.packBound()) {
      cut();
      current = null;
    }
    if (current == null) {
      current = PackWriter.begin(storage);
      writer = current;
    }
    return current;
  }

  private void cut() {
    PackWriter full = writer;
    if (full != null && !full.entries().isEmpty()) {
      writer = null;
      try (full) {
        full.complete(store.options().clock().instant());
        store.publish(full);
      }
    }
  }

  /** Reads from disk, from where it stays, every tensor of which something is about to go. */
  private void verify(RepackWork work) {
    PackSet packs = store.catalog().refresh();
    Set<String> old = new HashSet<>();
    Set<TensorId> ids = new HashSet<>();
    for (PackReader pack : work.replaced()) {
      old.add(pack.name());
      pack.table().entries().forEach(entry -> ids.add(entry.id()));
    }
    ids.parallelStream().forEach(id -> verify(packs, id, old));
  }

  private void verify(PackSet packs, TensorId id, Set<String> old) {
    List<PackSet.Located> fresh =
        packs.findAll(id).stream().filter(each -> !old.contains(each.pack().name())).toList();
    if (fresh.isEmpty()) {
      throw new CorruptDataException(
          "Tensor " + id + " was repacked but is in no new pack; nothing was removed, run fsck.");
    }
    fresh.forEach(each -> store.lookup().reading(packs, each).verify());
  }

  private RepackReport estimate(PackSet before, RepackWork work) {
    all = work.reencode().size();
    for (List<PackEntry> batch : RepackBatches.of(work.reencode())) {
      encode(batch, work.targets());
      if (options.cancelled().getAsBoolean()) {
        return report(before, false, work, 0, before);
      }
    }
    long copied = work.copy().stream().mapToLong(each -> each.entry().place().length()).sum();
    long gone = 0;
    long table = 0;
    long entries = 0;
    for (PackReader pack : work.replaced()) {
      gone += pack.fileBytes();
      table += pack.fileBytes() - pack.layout().dataBytes() - PackFormat.HEADER_BYTES;
      entries += pack.table().entries().size();
    }
    long data = encodedBytes + copied;
    long kept = work.reencode().size() + (long) work.copy().size();
    long packs = kept == 0 ? 0 : 1 + data / store.packBound();
    long tables = entries == 0 ? 0 : table * kept / entries;
    long after = before.bytes() - gone + data + tables + packs * PackFormat.HEADER_BYTES;
    int packsAfter = (int) (before.packs().size() - work.replaced().size() + packs);
    return new RepackReport(
        true,
        true,
        work.targets().size(),
        work.reencode().size(),
        work.copy().size(),
        0,
        before.bytes(),
        after,
        before.packs().size(),
        packsAfter);
  }

  private RepackReport report(
      PackSet before, boolean complete, RepackWork work, int inUse, PackSet after) {
    return new RepackReport(
        options.dryRun(),
        complete,
        work.targets().size(),
        complete ? work.reencode().size() : (int) Math.min(done, work.reencode().size()),
        complete ? work.copy().size() : 0,
        inUse,
        before.bytes(),
        onDisk(after.packs().values()),
        before.packs().size(),
        after.packs().size());
  }

  /** Asks the file system. */
  private long onDisk(Collection<PackReader> packs) {
    return packs.stream()
        .mapToLong(
            pack ->
                storage
                    .info(StorageNames.child(ObjectStore.DIRECTORY, pack.name()))
                    .map(Storage.FileInfo::length)
                    .orElse(0L))
        .sum();
  }
}
