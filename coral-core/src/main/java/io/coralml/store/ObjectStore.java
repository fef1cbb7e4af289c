package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.Log;
import io.coralml.NotFoundException;
import io.coralml.codec.TensorCodec;
import io.coralml.io.Storage;
import io.coralml.io.StorageLock;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackWriter;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tensors by identity, in packs. Several stores, in this process or in others, may be open on the
 * same storage.
 *
 * <pre>{@code
 * ObjectStore store = ObjectStore.open(storage, StoreOptions.defaults());
 * try (PutBatch batch = store.begin()) {
 *   TensorId id = batch.put(tensor, idOfTheSameNameInTheParentCommitOrNull).id();
 *   batch.seal();          // everything put so far is durable now
 *   // ... write whatever refers to it, durably ...
 * }                        // from here on only references protect it from a sweep
 * Tensor same = store.read(id);
 * }</pre>
 *
 * <p>What is read is verified: bit for bit what was put, or an exception. Readers take no lock and
 * are never blocked by writers. All methods are thread-safe.
 */
public final class ObjectStore implements AutoCloseable {
  /** The directory of packs in the storage: {@value}. */
  public static final String DIRECTORY = "packs";

  /** A store of packs that are all full has about as many. */
  private static final int PACKS_BY_SIZE = 16;

  /** Held by whoever changes which packs there are. */
  static final String LOCK = DIRECTORY + "/lock";

  private static final Log LOG = Log.of(ObjectStore.class);

  private final Storage storage;
  private final StoreOptions options;
  private final PackCatalog catalog;
  private final Leases leases;
  private final PackMerger merger;
  private final TensorLookup lookup;

  /** Keeps the encoder's arrays from batch to batch while memory allows. */
  private volatile SoftReference<TensorCodec> codec = new SoftReference<>(null);

  /** Where packs are merged after a batch has been closed. */
  private final Executor merging;

  /** Always the same object, so that an executor can tell that it has it already. */
  private final Runnable mergingDue = this::mergeDue;

  private ObjectStore(Storage storage, StoreOptions options, Executor merging) {
    this.merging = merging;
    this.storage = storage;
    this.options = options;
    this.catalog = new PackCatalog(storage, DIRECTORY);
    this.leases = new Leases(storage, DIRECTORY);
    this.merger = new PackMerger(storage, DIRECTORY, catalog, options.clock());
    this.lookup = new TensorLookup(catalog);
  }

  /**
   * Opens a store. Reads nothing yet and writes nothing; an empty storage is an empty store. Packs
   * are merged, where there have become many, by whoever closes a batch.
   *
   * @param storage stays the caller's to close, after the store
   */
  public static ObjectStore open(Storage storage, StoreOptions options) {
    return open(storage, options, Runnable::run);
  }

  /**
   * Opens a store that has packs merged elsewhere, so that whoever closes a batch need not wait.
   *
   * @param merging is given the same task each time there is something to merge; all it was given
   *     must have run, or be dropped, before the store is closed
   */
  public static ObjectStore open(Storage storage, StoreOptions options, Executor merging) {
    return new ObjectStore(storage, options, merging);
  }

  /** Returns the options the store was opened with. */
  public StoreOptions options() {
    return options;
  }

  Storage storage() {
    return storage;
  }

  PackCatalog catalog() {
    return catalog;
  }

  Leases leases() {
    return leases;
  }

  PackMerger merger() {
    return merger;
  }

  TensorLookup lookup() {
    return lookup;
  }

  /** Returns what a batch encodes with. */
  TensorCodec codec() {
    TensorCodec kept = codec.get();
    if (kept == null) {
      kept = TensorCodec.of(options.effort());
      codec = new SoftReference<>(kept);
    }
    return kept;
  }

  /**
   * Begins to put tensors. What has been put and is referred to only after {@link PutBatch#seal}
   * stays safe from sweeps until the batch is closed, so close it after the reference is durable.
   */
  public PutBatch begin() {
    storage.createDirectory(DIRECTORY);
    return new PutBatch(this, leases.begin());
  }

  /** Returns whether the store holds a tensor, asking the directory again before it says no. */
  public boolean contains(TensorId id) {
    return lookup.find(id).isPresent();
  }

  /** Returns what the store knows of a tensor without reading it; nothing if it has none such. */
  public Optional<StoredInfo> info(TensorId id) {
    return lookup.find(id).map(PackSet.Located::info);
  }

  /** Returns what the store knows of all tensors, in the order of their identities. */
  public List<StoredInfo> tensors() {
    return catalog.refresh().infos();
  }

  /**
   * Opens a tensor to be read in pieces, when asked, each verified. The source stays usable as long
   * as the store is open and the tensor is not swept.
   *
   * @throws NotFoundException if the store has none such
   * @throws CorruptDataException if packs that may hold it cannot be read
   */
  public TensorSource open(TensorId id) {
    return lookup.open(id);
  }

  /**
   * Reads a whole tensor into memory, verified.
   *
   * @throws NotFoundException if the store has none such
   * @throws CorruptDataException if it is damaged
   * @throws InvalidInputException if it has 2 GiB or more
   */
  public Tensor read(TensorId id) {
    return lookup.whole(id);
  }

  /**
   * Reads tensors into memory, several at once, verified.
   *
   * @throws NotFoundException if the store lacks one
   * @throws CorruptDataException if one is damaged
   */
  public Map<TensorId, Tensor> readAll(Collection<TensorId> ids) {
    List<TensorId> distinct = ids.stream().distinct().toList();
    List<Tensor> tensors = SideBySide.map(distinct, this::read);
    Map<TensorId, Tensor> byId = new HashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      byId.put(distinct.get(i), tensors.get(i));
    }
    return byId;
  }

  /** Counts what the store holds; reads the tables, not the tensors. */
  public StoreStats stats() {
    return StoreStats.of(catalog.refresh());
  }

  /** Proposes a base for a new tensor: an entry of the right form, not too deep. */
  @Nullable PackEntry baseFor(@Nullable TensorId proposal, PackEntry.Form form, TensorId target) {
    TensorId candidate = proposal;
    for (int hop = 0; candidate != null && hop <= PackEntry.MAX_DEPTH; hop++) {
      PackEntry entry = catalog.current().find(candidate).map(PackSet.Located::entry).orElse(null);
      if (entry == null || !entry.form().equals(form) || entry.id().equals(target)) {
        return null;
      }
      if (entry.depth() < options.maxDepth()) {
        return entry;
      }
      candidate = entry.base();
    }
    return null;
  }

  /** Returns when a pack is full: more in a large store, so that its packs stay few. */
  long packBound() {
    return Math.max(options.packBytes(), catalog.current().bytes() / PACKS_BY_SIZE);
  }

  /** Gives a completed pack its name, after making room for it. The caller forces the directory. */
  void publish(PackWriter pack) {
    storage.locked(
        LOCK,
        () -> {
          merger.makeRoom(packBound() / 2, this::frozen);
          pack.publish(DIRECTORY);
          catalog.adopt(pack);
        });
  }

  /** Has packs merged where there have become many; a failure is left to the next batch. */
  void settle() {
    attempt(
        () -> {
          if (merger.isDue(packBound() / 2)) {
            merging.execute(mergingDue);
          }
        });
  }

  private void mergeDue() {
    attempt(() -> merger.settle(packBound() / 2, this::frozen));
  }

  private static void attempt(Runnable merge) {
    try {
      merge.run();
    } catch (CoralException e) {
      LOG.warn("Packs could not be merged; the next batch tries again: {}", e.getMessage());
    }
  }

  /** Returns the packs a sweep is at work on; removes the mark of one that was killed. */
  private Set<String> frozen() {
    SweepMark mark = SweepMark.current(storage, DIRECTORY);
    return mark.packs().isEmpty() || SweepMark.withdrawIfStale(storage, DIRECTORY)
        ? Set.of()
        : mark.packs();
  }

  /**
   * Returns whether a batch may rely on a tensor that is stored already. It is pinned first; then
   * it must be neither doomed by a sweep that may not have seen the pin, nor gone.
   */
  boolean rely(TensorId id, Leases.Lease lease) {
    Optional<PackSet.Located> found = catalog.current().find(id);
    if (found.isEmpty()) {
      return false;
    }
    lease.pin(List.of(id));
    if (SweepMark.current(storage, DIRECTORY).tensors().contains(id)) {
      SweepMark.withdrawIfStale(storage, DIRECTORY);
      return false;
    }
    while (found.isPresent()
        && !storage.exists(StorageNames.child(DIRECTORY, found.get().pack().name()))) {
      found = catalog.refresh().find(id);
    }
    return found.isPresent();
  }

  /**
   * Removes tensors that nothing reaches and nothing has reached for a while. Others read and write
   * meanwhile. A tensor that is put again before it is gone stays; the base of a delta in use stays
   * readable until that delta has been encoded anew without it. A second sweep waits for the first.
   *
   * @param liveness what must stay; asked at least once more after the sweep has begun
   * @param grace how long a tensor must have been unreachable, counted from the first sweep that
   *     found it so; zero removes it at once
   */
  public SweepReport sweep(Liveness liveness, Duration grace) {
    storage.createDirectory(DIRECTORY);
    StorageLock alone = storage.lock(SweepMark.lockName(DIRECTORY));
    try {
      return new Sweeper(this).sweep(liveness, grace);
    } finally {
      alone.close();
    }
  }

  /**
   * Encodes tensors against other bases than they have. Others read and write meanwhile; what open
   * batches rely on stays as it is. Every tensor is read back and verified before a pack that held
   * it goes. A repack that was cancelled or killed leaves nothing damaged, only copies that the
   * next one removes. Waits for a sweep that is running.
   *
   * @param bases the base each tensor is to have, empty for none; tensors that are not mentioned
   *     keep theirs
   * @throws InvalidInputException if a tensor is not in the store, a base has another dtype or
   *     shape, or bases lead round in a circle; nothing was changed then
   * @throws CorruptDataException if a pack is damaged; nothing was removed then
   */
  public RepackReport repack(Map<TensorId, Optional<TensorId>> bases, RepackOptions how) {
    storage.createDirectory(DIRECTORY);
    StorageLock alone = storage.lock(SweepMark.lockName(DIRECTORY));
    try {
      return new Repacker(this, how).repack(bases);
    } finally {
      alone.close();
    }
  }

  /**
   * Deletes half-written files, of every kind, that nobody has written to for that long: what
   * killed processes left behind.
   *
   * @param age long enough that no living batch can have paused for it; a day, say
   * @return how many were deleted
   */
  public int removeTemporaries(Duration age) {
    return Sweeper.removeTemporaries(storage, options.clock().instant().minus(age));
  }

  /**
   * Looks for damage. Packs are opened anew, so that what is checked is what is on disk.
   *
   * @param share for {@link CheckLevel#SAMPLE}, which part of the bytes to verify: above 0, at most
   *     1; whole packs are checked until that much is done, and the next call goes on with others
   * @throws InvalidInputException if the share is out of range
   */
  public CheckReport check(CheckLevel level, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new InvalidInputException("The share to check lies above 0 and at most at 1.");
    }
    return new StoreCheck(this).check(level, share);
  }

  /**
   * Checks everything and moves damaged packs to the directory {@code quarantine}, after every
   * tensor in them that is still sound has been copied to a new pack.
   */
  public RepairReport repair() {
    return new StoreCheck(this).repair();
  }

  /** Writes the cache of packs anew, whatever there was. */
  public void rebuildIndex() {
    storage.createDirectory(DIRECTORY);
    storage.locked(
        LOCK, () -> PackIndex.write(storage, DIRECTORY, catalog.reopen().packs().values()));
  }

  /** Closes the packs. Sources that were opened can no longer be read. */
  @Override
  public void close() {
    leases.close();
    catalog.close();
  }
}
