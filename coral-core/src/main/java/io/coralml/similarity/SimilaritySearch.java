package io.coralml.similarity;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.store.BaseSelector;
import io.coralml.store.ObjectStore;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Proposes bases: of the stored tensors whose sketches resemble the target's, the one that samples
 * say costs least. A candidate that is as deep a delta as allowed stands for its own base. The
 * index is opened at the first question; what it lacks (it is a cache) is added then, up to a
 * bound, so that nobody waits for a large store to be read; {@link #complete} adds all of it.
 *
 * <p>Thread-safe. {@link #close} writes the index.
 */
public final class SimilaritySearch implements BaseSelector, AutoCloseable {
  /** Whose tensors together have no more bytes than this are read when the index lacks them. */
  private static final long CATCH_UP_BYTES = 64L << 20;

  private static final long RECENT_BYTES = 16L << 20;

  /** Candidates that are read to be ranked. */
  private static final int MOST_READ = 6;

  /** How much longer a distance counts for each delta below: depth costs time to read. */
  private static final double PER_DEPTH = 0.005;

  /**
   * How much longer it counts in another pack than the base chosen before: tensors stored together
   * are read together, and from fewer packs faster.
   */
  private static final double ELSEWHERE = 0.002;

  private static final Log LOG = Log.of(SimilaritySearch.class);

  private final Storage storage;
  private final Supplier<ObjectStore> store;
  private final double threshold;
  private final long memoryBudget;
  private final Recent recent = new Recent(RECENT_BYTES);

  private @Nullable SketchIndex opened; // guarded by this
  private boolean caughtUp; // guarded by this
  private volatile boolean changed;
  private volatile @Nullable String lastPack;

  /**
   * Prepares a search; touches nothing yet.
   *
   * @param storage of the repository; the index lies in its directory {@link SketchIndex#DIRECTORY}
   * @param store whose tensors are proposed; asked for when they are needed
   * @param threshold the least share of its bytes, 0 to 1, that a base must be expected to save
   * @param memoryBudget bytes the index may take in memory
   */
  public SimilaritySearch(
      Storage storage, Supplier<ObjectStore> store, double threshold, long memoryBudget) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new InvalidInputException("The similarity threshold lies between 0 and 1.");
    }
    this.storage = storage;
    this.store = store;
    this.threshold = threshold;
    this.memoryBudget = memoryBudget;
  }

  /**
   * A candidate for a base.
   *
   * @param depth how deep a delta it is itself
   * @param pack where it is; null for what was stored here lately, whose pack may be unfinished
   */
  private record Candidate(TensorId id, int depth, @Nullable String pack) {}

  @Override
  public Optional<TensorId> select(TensorSource target, TensorId id) {
    if (!isWorthwhile(target)) {
      return Optional.empty();
    }
    Sample mine = recent.sample(target, id);
    List<TensorId> similar = similar(mine);
    Map<TensorId, Candidate> usable = new LinkedHashMap<>();
    for (TensorId each : similar) {
      usable(each).filter(it -> !it.id().equals(id)).ifPresent(it -> usable.put(it.id(), it));
    }
    Candidate best = null;
    Sample bestSample = mine;
    double bestScore = Double.MAX_VALUE;
    for (Candidate candidate : usable.values().stream().limit(MOST_READ).toList()) {
      Sample sample = sampleOf(candidate.id()).orElse(null);
      double score =
          sample == null || sample.block() != mine.block()
              ? Double.MAX_VALUE
              : mine.distance(sample) * penalty(candidate);
      if (sample != null && score < bestScore) {
        best = candidate;
        bestSample = sample;
        bestScore = score;
      }
    }
    if (best == null || mine.saving(bestSample) < threshold) {
      return Optional.empty();
    }
    lastPack = best.pack();
    return Optional.of(best.id());
  }

  private double penalty(Candidate candidate) {
    boolean elsewhere = !Objects.equals(candidate.pack(), lastPack);
    return 1 + PER_DEPTH * candidate.depth() + (elsewhere ? ELSEWHERE : 0);
  }

  /** The index is a cache: when it fails, nothing is similar, and nothing else fails. */
  private List<TensorId> similar(Sample sample) {
    try {
      return upToDate().candidates(sample);
    } catch (CoralException e) {
      LOG.warn("No base was looked for: {}", e.getMessage());
      return List.of();
    }
  }

  private static boolean isWorthwhile(TensorSource tensor) {
    return Sketch.isWorthwhile(tensor.shape().elements(), tensor.byteLength());
  }

  /** Returns what a candidate comes to: itself, or the nearest base that may bear another delta. */
  private Optional<Candidate> usable(TensorId id) {
    int most = store.get().options().maxDepth();
    TensorId at = id;
    for (int hop = 0; hop <= most; hop++) {
      Recent.Known known = recent.find(at);
      TensorId base = known == null ? null : known.base();
      int depth = known == null ? -1 : known.depth();
      String pack = null;
      if (depth < 0) {
        StoredInfo info = store.get().info(at).orElse(null);
        if (info == null) {
          return Optional.empty();
        }
        base = info.base();
        depth = info.depth();
        pack = info.pack();
      }
      if (depth < most) {
        return Optional.of(new Candidate(at, depth, pack));
      }
      if (base == null) {
        return Optional.empty();
      }
      at = base;
    }
    return Optional.empty();
  }

  private Optional<Sample> sampleOf(TensorId id) {
    Recent.Known known = recent.find(id);
    if (known != null) {
      return Optional.of(known.sample());
    }
    try {
      return Optional.of(recent.sample(store.get().open(id), id));
    } catch (CoralException e) {
      LOG.debug("Tensor {} is no candidate: {}", id, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public boolean serves(TensorSource base, TensorSource target, TensorId id) {
    return !isWorthwhile(target)
        || recent.sample(target, id).saving(recent.sample(base, base.id())) >= threshold;
  }

  @Override
  public void stored(TensorSource tensor, TensorId id, @Nullable TensorId base, int depth) {
    if (isWorthwhile(tensor)) {
      Sample sample = recent.sample(tensor, id);
      recent.remember(id, sample, base, depth);
      try {
        changed |= index().add(sample, id);
      } catch (CoralException e) {
        LOG.warn("Tensor {} will not be found by resemblance: {}", id, e.getMessage());
      }
    }
  }

  private synchronized SketchIndex index() {
    SketchIndex index = opened;
    if (index == null) {
      index = SketchIndex.open(storage, memoryBudget);
      opened = index;
    }
    return index;
  }

  private synchronized SketchIndex upToDate() {
    SketchIndex index = index();
    if (!caughtUp) {
      caughtUp = true;
      List<StoredInfo> missing = missing(index);
      long bytes = missing.stream().mapToLong(StoredInfo::byteLength).sum();
      if (bytes <= CATCH_UP_BYTES) {
        missing.forEach(each -> add(index, each));
      } else {
        LOG.info(
            "{} tensors are not in the index of similar ones; 'coral cluster analyze' adds them.",
            missing.size());
      }
    }
    return index;
  }

  /** Returns the tensors worth finding that the index lacks. */
  private List<StoredInfo> missing(SketchIndex index) {
    Map<TensorId, StoredInfo> worthwhile =
        store.get().tensors().stream()
            .filter(it -> Sketch.isWorthwhile(it.shape().elements(), it.byteLength()))
            .collect(Collectors.toMap(StoredInfo::id, Function.identity()));
    return index.missing(List.copyOf(worthwhile.keySet())).stream().map(worthwhile::get).toList();
  }

  private void add(SketchIndex index, StoredInfo tensor) {
    sampleOf(tensor.id()).ifPresent(sample -> changed |= index.add(sample, tensor.id()));
  }

  /**
   * Adds every tensor of the store that the index lacks, drops those the store has no more, and
   * writes the index.
   *
   * @return how many were added
   */
  public synchronized int complete() {
    SketchIndex index = index();
    index.retain(store.get().tensors().stream().map(StoredInfo::id).toList());
    List<StoredInfo> missing = missing(index);
    missing.forEach(each -> add(index, each));
    caughtUp = true;
    index.flush();
    changed = false;
    return missing.size();
  }

  /** Returns the index, opened if it was not yet. */
  public SketchIndex sketches() {
    return index();
  }

  /** Writes what was added to the index since it was opened, and releases it. */
  @Override
  public synchronized void close() {
    SketchIndex index = opened;
    if (index != null) {
      opened = null;
      try (index) {
        if (changed) {
          index.flush();
        }
      } catch (CoralException e) {
        LOG.warn("The index of similar tensors was not written: {}", e.getMessage());
      }
    }
  }
}
