package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.codec.ChunkMode;
import io.coralml.codec.Encoded;
import io.coralml.codec.EncodedStats;
import io.coralml.codec.TensorCodec;
import io.coralml.io.ByteSource;
import io.coralml.io.Forces;
import io.coralml.io.StagedWrite;
import io.coralml.pack.PackEntry;
import io.coralml.pack.PackWriter;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tensors on their way into a store. Many small ones share a pack; large ones stream through with
 * bounded memory. Nothing is visible to others before {@link #seal}; closing without it leaves
 * nothing behind, except packs that were cut because they were full, which a sweep removes.
 *
 * <p>Thread-safe: several threads may put at once. Small tensors are hashed and encoded side by
 * side; large ones take turns, each using all processors.
 */
public final class PutBatch implements StagedWrite, AutoCloseable {
  /**
   * Tensors up to this size are read once and encoded in memory; larger ones are read twice, to be
   * hashed and then to be streamed into the pack.
   */
  public static final int SMALL_BYTES = 8 << 20;

  /**
   * From here on a tensor that is put alone is streamed into the pack as well: its first part goes
   * to the disk while the rest is being encoded.
   */
  private static final int STREAMED_ALONE = 2 << 20;

  private final ObjectStore store;
  private final StoreOptions options;
  private final TensorCodec codec;
  private final Leases.Lease lease;

  private final LastRead bases;
  private final AtomicInteger putting = new AtomicInteger();

  // What this batch has written or relies on; added to only when that is so.
  private final Set<TensorId> present = ConcurrentHashMap.newKeySet();

  // Guarded by this.
  private @Nullable PackWriter writer;
  private @Nullable PackWriter sealing;
  private boolean used;
  private boolean broken;
  private boolean closed;

  PutBatch(ObjectStore store, Leases.Lease lease) {
    this.store = store;
    this.lease = lease;
    this.options = store.options();
    this.codec = store.codec();
    this.bases = new LastRead(store);
  }

  /** A base chosen for a tensor: its bytes, verified as they are read, and its depth. */
  private record Base(TensorSource source, int depth) {}

  /**
   * Puts a tensor. Exact duplicates cost one hash and no bytes. Otherwise it is encoded against the
   * hinted tensor (or that one's base, if it is as deep a delta as allowed; or what the {@link
   * BaseSelector} proposes) where that saves bytes, else alone.
   *
   * @param source its bytes; read more than once, by several threads
   * @param hint a tensor it probably resembles: usually the one of the same name in the parent
   *     commit; or null
   * @throws CorruptDataException if the source changes while it is read
   */
  public PutResult put(TensorSource source, @Nullable TensorId hint) {
    putting.incrementAndGet();
    try {
      HashedTensor target = HashedTensor.of(source);
      if (rely(target.id())) {
        return PutResult.duplicate(target);
      }
      return encode(target, chooseBase(target, hint));
    } finally {
      putting.decrementAndGet();
    }
  }

  /**
   * Whoever stored a tensor first may not have forced the name of its pack yet, so whoever relies
   * on it does.
   */
  private boolean rely(TensorId id) {
    if (present.contains(id)) {
      return true;
    }
    boolean there = store.rely(id, lease);
    if (there) {
      synchronized (this) {
        used = true;
        present.add(id);
      }
    }
    return there;
  }

  /**
   * Sees to it that a stored tensor stays until the batch is closed, because something is about to
   * refer to it. If a clean-up is about to remove it, it is stored anew.
   *
   * @throws NotFoundException if the store does not hold it any more
   */
  public void keep(TensorId id) {
    if (!rely(id)) {
      TensorSource stored = store.open(id);
      put(stored.byteLength() <= SMALL_BYTES ? store.read(id) : stored, null);
    }
  }

  /**
   * Puts several tensors, side by side where that helps, and so many at a time as an eighth of the
   * heap holds: a thread that waits for parts of one tensor begins others meanwhile, without end.
   *
   * @return one result per request, in their order
   */
  public List<PutResult> putAll(List<PutRequest> requests) {
    long most = Runtime.getRuntime().maxMemory() / 8;
    List<PutResult> results = new ArrayList<>(requests.size());
    int from = 0;
    while (from < requests.size()) {
      int to = from;
      for (long held = 0; to < requests.size() && (held < most || to == from); to++) {
        held += Math.min(requests.get(to).source().byteLength(), SMALL_BYTES);
      }
      List<PutRequest> some = requests.subList(from, to);
      results.addAll(SideBySide.map(some, each -> put(each.source(), each.hint())));
      from = to;
    }
    bases.forget();
    return results;
  }

  /**
   * Encodes a stored tensor once more, against another base or alone, because the one it has is to
   * go.
   */
  void reencode(PackEntry entry, @Nullable TensorId base) {
    boolean small = entry.form().byteLength() <= SMALL_BYTES;
    TensorSource source = small ? store.read(entry.id()) : store.open(entry.id());
    HashedTensor target = new HashedTensor(source, entry.id(), entry.leaves());
    encode(target, base(base, target));
  }

  private @Nullable Base chooseBase(HashedTensor target, @Nullable TensorId hint) {
    if (options.maxDepth() == 0 || target.source().byteLength() <= TensorId.BYTES) {
      return null;
    }
    Base hinted = base(hint, target);
    BaseSelector selector = options.bases();
    if (hinted != null && selector.serves(hinted.source(), target.source(), target.id())) {
      return hinted;
    }
    Base found = base(selector.select(target.source(), target.id()).orElse(null), target);
    return found != null ? found : hinted;
  }

  private @Nullable Base base(@Nullable TensorId proposal, HashedTensor target) {
    if (proposal == null) {
      return null;
    }
    Base unsealed = unsealedBase(proposal, target);
    if (unsealed != null) {
      return unsealed;
    }
    PackEntry chosen = store.baseFor(proposal, target.form(), target.id());
    if (chosen == null || !rely(chosen.id())) {
      return null;
    }
    // A repack may have made it a deeper delta before it was pinned; from now on it stays.
    PackEntry entry = store.baseFor(chosen.id(), target.form(), target.id());
    if (entry == null || !entry.id().equals(chosen.id())) {
      return null;
    }
    boolean small = entry.form().byteLength() <= SMALL_BYTES;
    return new Base(small ? bases.read(entry.id()) : store.open(entry.id()), entry.depth());
  }

  /** A base that was put in this batch: it is still in the unfinished pack. */
  private synchronized @Nullable Base unsealedBase(TensorId proposal, HashedTensor target) {
    PackWriter current = writer;
    PackEntry entry = current == null ? null : current.entries().get(proposal);
    if (entry != null && entry.depth() >= options.maxDepth()) {
      entry = entry.base() == null ? null : current.entries().get(entry.base());
    }
    if (current == null || entry == null || !entry.form().equals(target.form())) {
      return null;
    }
    if (entry.form().byteLength() > SMALL_BYTES) {
      cut();
      return null;
    }
    return new Base(readUnsealed(current, entry).whole(), entry.depth());
  }

  private TensorReading readUnsealed(PackWriter from, PackEntry entry) {
    TensorId baseId = entry.base();
    PackEntry base = baseId == null ? null : from.entries().get(baseId);
    ByteSource encoded = from.encoded(entry);
    return base == null
        ? store.lookup().unsealed(entry, encoded)
        : store.lookup().unsealed(entry, encoded, readUnsealed(from, base).unverified());
  }

  /**
   * Encodes a tensor. Two threads that put the same one at once may both encode it; who comes
   * second finds it present and drops his copy. Nobody waits for another, who may be further down
   * his own stack in a fork-join pool, and nobody is told of a duplicate that is not yet written.
   */
  private PutResult encode(HashedTensor target, @Nullable Base base) {
    long bytes = target.source().byteLength();
    boolean alone = bytes >= STREAMED_ALONE && putting.get() == 1 && !options.verifyWrites();
    boolean streamed = bytes > SMALL_BYTES || alone;
    return streamed ? encodeStreamed(target, base) : encodeSmall(target, base);
  }

  private PutResult encodeSmall(HashedTensor target, @Nullable Base base) {
    TensorSource bytes = base == null ? null : base.source();
    Encoded encoded = codec.encode(target.source(), bytes);
    boolean delta = base != null && encoded.baseId().isPresent();
    if (options.verifyWrites()) {
      target.requireSurvived(TensorCodec.decode(encoded, bytes).id());
    }
    synchronized (this) {
      if (present.contains(target.id())) {
        return PutResult.duplicate(target);
      }
      PackWriter.Appending appending = openWriter(encoded.length()).append();
      appending.write(encoded.bytes());
      return finish(appending, target, delta ? base : null);
    }
  }

  private synchronized PutResult encodeStreamed(HashedTensor target, @Nullable Base base) {
    if (present.contains(target.id())) {
      return PutResult.duplicate(target);
    }
    PackWriter into = openWriter(target.source().byteLength() / 2);
    PackWriter.Appending appending = into.appendInParts(target.source().byteLength() * 2 / 5);
    try (appending) {
      EncodedStats stats =
          codec.encode(target.source(), base == null ? null : base.source(), appending);
      boolean delta =
          base != null && stats.chunks().keySet().stream().anyMatch(ChunkMode::needsBase);
      PutResult result = finish(appending, target, delta ? base : null);
      if (options.verifyWrites()) {
        verify(into, target, base);
      }
      return result;
    }
  }

  private void verify(PackWriter into, HashedTensor target, @Nullable Base base) {
    PackEntry entry = into.entries().get(target.id());
    TensorSource bytes = base == null ? null : base.source();
    try {
      store.lookup().unsealed(entry, into.encoded(entry), bytes).verify();
    } catch (RuntimeException | Error e) {
      // It is in the pack already, where nobody must find it.
      broken = true;
      throw e;
    }
  }

  private PutResult finish(
      PackWriter.Appending appending, HashedTensor target, @Nullable Base base) {
    TensorId baseId = base == null ? null : base.source().id();
    int depth = base == null ? 0 : base.depth() + 1;
    PackEntry entry = appending.finish(target.id(), target.form(), baseId, depth, target.leaves());
    present.add(target.id());
    options.bases().stored(target.source(), target.id(), baseId, depth);
    return new PutResult(
        target.id(),
        base == null ? PutResult.Kind.WHOLE : PutResult.Kind.DELTA,
        target.source().byteLength(),
        entry.place().length(),
        baseId);
  }

  /** Returns the pack being written; cuts the one before if the next bytes would overfill it. */
  private PackWriter openWriter(long nextBytes) {
    if (closed) {
      throw new InvalidInputException("This batch is closed; begin another one.");
    }
    PackWriter current = writer;
    if (current != null && current.dataBytes() + nextBytes > store.packBound()) {
      cut();
      current = null;
    }
    if (current == null) {
      current = PackWriter.begin(store.storage());
      writer = current;
    }
    return current;
  }

  /** Gives the pack being written its name. */
  private void cut() {
    PackWriter full = writer;
    if (full != null && !full.entries().isEmpty()) {
      writer = null;
      try (full) {
        full.complete(options.clock().instant());
        publish(full);
      } catch (RuntimeException e) {
        broken = true;
        throw e;
      }
    }
  }

  private void publish(PackWriter full) {
    lease.pin(full.entries().keySet());
    store.publish(full);
    used = true;
  }

  /**
   * Makes everything put so far durable: when this returns it survives a power loss. The batch
   * stays open and more can be put.
   */
  public void seal() {
    StagedWrite.run(store.storage(), this);
  }

  /**
   * Completes the pack of what was put so far: the first step of {@link #seal}, to be shared with
   * others.
   */
  @Override
  public synchronized void prepare(Forces forces) {
    if (broken || sealing != null) {
      throw new CoralException(
          "Something that was put into this batch could not be written; begin a new batch and put"
              + " everything again.");
    }
    PackWriter full = writer;
    if (full != null && !full.entries().isEmpty()) {
      // Should a step fail, this stays: what was put is lost, and the batch cannot be sealed again.
      sealing = full;
      writer = null;
      full.complete(options.clock().instant(), forces);
    }
  }

  /** Gives the prepared pack its name. */
  @Override
  public synchronized void publish(Forces forces) {
    PackWriter full = sealing;
    if (full != null) {
      publish(full);
      full.close();
      sealing = null;
    }
    if (used) {
      forces.addDirectory(ObjectStore.DIRECTORY);
    }
  }

  /**
   * Gives up what was put since the last seal, and the protection of what was put before. Then
   * packs are merged where there have become many, which harms nothing if it fails.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      try {
        Stream.<@Nullable PackWriter>of(writer, sealing)
            .filter(Objects::nonNull)
            .forEach(PackWriter::close);
      } finally {
        writer = null;
        sealing = null;
        lease.close();
      }
    }
    store.settle();
  }
}
