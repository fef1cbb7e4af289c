package io.coralml.similarity;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.NotFoundException;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds tensors that resemble one, by sketch. New entries go to a small hash table, which is sorted
 * into a run when it is full; runs of like size are merged, so that there are few of them and an
 * entry is merged a logarithmic number of times. What does not fit in the memory budget stays in
 * files.
 *
 * <p>The index is a cache in the directory {@value #DIRECTORY} of a storage. {@link #flush} writes
 * it; what was not flushed, was lost or is damaged is missing, and {@link #missing} says what that
 * is. Several processes may use one directory: each reads what there was when it began, and adds
 * what it learned. Thread-safe.
 */
public final class SketchIndex implements AutoCloseable {
  /** The directory of the index in the storage: {@value}. */
  public static final String DIRECTORY = "similarity";

  private static final Log LOG = Log.of(SketchIndex.class);
  private static final int MOST_CANDIDATES = 16;

  /** With more files than this those that nobody has read yet are read, to be merged. */
  private static final int MOST_UNREAD = 16;

  private final @Nullable Storage storage;
  private final long memoryBudget;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Lock reading = lock.readLock();
  private final Lock writing = lock.writeLock();

  // Guarded by lock.
  private YoungRun young = new YoungRun();
  private final List<Sorted> runs = new ArrayList<>();
  private final Map<Run, String> files = new HashMap<>();
  private final Set<String> obsolete = new LinkedHashSet<>();
  private LongPredicate alive = any -> true;

  /** Set last, under the lock, so that who sees it need not take the lock to know. */
  private volatile boolean read;

  private SketchIndex(@Nullable Storage storage, long memoryBudget) {
    this.storage = storage;
    this.memoryBudget = memoryBudget;
    this.read = storage == null;
  }

  /** Returns an empty index that lives in memory alone. */
  public static SketchIndex inMemory() {
    return new SketchIndex(null, Long.MAX_VALUE);
  }

  /**
   * Opens the index of a storage. Its files are read at the first question: whoever only adds to
   * the index pays nothing for its size. Files that are damaged are deleted; what they held is
   * missing.
   *
   * @param memoryBudget bytes of memory above which entries stay in files
   */
  public static SketchIndex open(Storage storage, long memoryBudget) {
    return new SketchIndex(storage, memoryBudget);
  }

  private void requireRead() {
    if (read) {
      return;
    }
    writing.lock();
    try {
      Storage from = storage;
      if (!read && from != null) {
        List<Sorted> fresh = new ArrayList<>(runs);
        runs.clear();
        namesOnDisk(from).forEach(name -> load(from, name));
        runs.addAll(fresh);
        runs.sort(Comparator.comparingInt(Run::entries).reversed());
        mergeAll();
      }
      read = true;
    } finally {
      writing.unlock();
    }
  }

  private List<String> namesOnDisk(Storage from) {
    return from.list(DIRECTORY).stream()
        .filter(name -> name.endsWith(RunFile.SUFFIX) && !files.containsValue(name))
        .toList();
  }

  private void load(Storage from, String name) {
    try {
      long room = memoryBudget - runs.stream().mapToLong(Run::memoryBytes).sum();
      Sorted run = RunFile.open(from, DIRECTORY, name, room);
      runs.add(run);
      files.put(run, name);
    } catch (NotFoundException e) {
      LOG.debug("The run {} was merged away while the index was read.", name);
    } catch (CoralException e) {
      LOG.warn("{}", e.getMessage());
      obsolete.add(name);
    }
  }

  /** Returns whether a tensor is large enough to gain anything from a base that was searched. */
  public static boolean isWorthwhile(long elements, long bytes) {
    return Sketch.isWorthwhile(elements, bytes);
  }

  /**
   * Adds a tensor, unless it is tiny or nearly constant.
   *
   * @return whether it was added
   */
  public boolean add(Sample sample, TensorId id) {
    Sketch sketch = Sketch.of(sample).orElse(null);
    if (sketch == null) {
      return false;
    }
    writing.lock();
    try {
      young.add(sketch, id);
      if (young.entries() >= YoungRun.FULL) {
        seal();
      }
    } finally {
      writing.unlock();
    }
    return true;
  }

  private void seal() {
    if (young.entries() > 0) {
      runs.add(young.sorted());
      young = new YoungRun();
      mergeAll();
    }
    evict();
  }

  /** Merges from the end until every run is more than four times as large as the one behind it. */
  private void mergeAll() {
    for (int last = runs.size() - 1; last > 0; last = Math.min(last - 1, runs.size() - 1)) {
      while (last > 0 && last < runs.size() && shouldMerge(runs.get(last - 1), runs.get(last))) {
        mergeAt(last - 1);
      }
    }
  }

  private static boolean shouldMerge(Run older, Run newer) {
    return older.entries() <= 4L * newer.entries()
        && (long) older.entries() + newer.entries() < Run.MAX_ENTRIES;
  }

  /** Merges a run with the one behind it. What turns out to be damaged is dropped. */
  private void mergeAt(int place) {
    Sorted older = runs.get(place);
    Sorted newer = runs.get(place + 1);
    try {
      Sorted merged = merged(older, newer);
      runs.set(place, merged);
      runs.remove(place + 1);
      forget(older);
      forget(newer);
    } catch (CorruptDataException e) {
      LOG.warn("{}", e.getMessage());
      Sorted damaged = newer.isSound() ? older : newer;
      runs.remove(damaged);
      forget(damaged);
    }
  }

  private Sorted merged(Sorted older, Sorted newer) {
    RunMerge merge = new RunMerge(older, newer, alive);
    Storage to = storage;
    if (to == null || (long) merge.entries() * Run.ENTRY_BYTES <= memoryBudget / 2) {
      return merge.inMemory();
    }
    to.createDirectory(DIRECTORY);
    String name = RunFileWriter.write(to, DIRECTORY, merge);
    Sorted onDisk = RunFile.open(to, DIRECTORY, name, 0);
    files.put(onDisk, name);
    return onDisk;
  }

  private void forget(Run run) {
    String name = files.remove(run);
    if (name != null) {
      obsolete.add(name);
    }
    run.close();
  }

  /** Leaves the largest runs to their files until the rest fits in the budget. */
  private void evict() {
    Storage to = storage;
    long used = runs.stream().mapToLong(Run::memoryBytes).sum();
    for (int i = 0; to != null && i < runs.size() && used > memoryBudget; i++) {
      if (runs.get(i) instanceof SortedRun run) {
        String name = persist(to, run);
        Sorted onDisk = RunFile.open(to, DIRECTORY, name, 0);
        files.remove(run);
        files.put(onDisk, name);
        runs.set(i, onDisk);
        used += onDisk.memoryBytes() - run.memoryBytes();
      }
    }
  }

  private String persist(Storage to, SortedRun run) {
    String name = files.get(run);
    if (name == null) {
      to.createDirectory(DIRECTORY);
      name = RunFile.write(to, DIRECTORY, run);
      files.put(run, name);
    }
    return name;
  }

  /**
   * Returns tensors that may resemble one, the likeliest first: stored ones of the same dtype and
   * shape whose codes mostly agree.
   */
  public List<TensorId> candidates(Sample sample) {
    return search(sample, MOST_CANDIDATES);
  }

  List<TensorId> search(Sample sample, int most) {
    requireRead();
    Set<TensorId> found = new LinkedHashSet<>();
    reading.lock();
    try {
      for (Sketch sketch : Sketch.forQuery(sample)) {
        Hits hits = new Hits(sketch, most);
        young.search(sketch, hits);
        for (int i = runs.size() - 1; i >= 0; i--) {
          runs.get(i).search(sketch, hits);
        }
        found.addAll(hits.ids());
      }
    } finally {
      reading.unlock();
    }
    return List.copyOf(found);
  }

  /** Returns how many entries there are. */
  public long entries() {
    requireRead();
    reading.lock();
    try {
      return young.entries() + runs.stream().mapToLong(Run::entries).sum();
    } finally {
      reading.unlock();
    }
  }

  /** Returns how many sorted runs there are. */
  public int runs() {
    requireRead();
    reading.lock();
    try {
      return runs.size();
    } finally {
      reading.unlock();
    }
  }

  /** Returns the bytes of memory the entries take, files not counted. */
  public long memoryBytes() {
    requireRead();
    reading.lock();
    try {
      return young.memoryBytes() + runs.stream().mapToLong(Run::memoryBytes).sum();
    } finally {
      reading.unlock();
    }
  }

  /** Returns which of these tensors the index does not know. */
  public List<TensorId> missing(List<TensorId> tensors) {
    long[] known = prefixes();
    return tensors.stream().filter(id -> Arrays.binarySearch(known, prefix(id)) < 0).toList();
  }

  /** Drops the entries of all tensors but these, and merges all runs. */
  public void retain(List<TensorId> tensors) {
    requireRead();
    long[] prefixes = tensors.stream().mapToLong(SketchIndex::prefix).sorted().toArray();
    writing.lock();
    try {
      alive = prefix -> Arrays.binarySearch(prefixes, prefix) >= 0;
      seal();
      if (runs.size() == 1) {
        runs.add(new YoungRun().sorted());
      }
      while (runs.size() > 1) {
        mergeAt(runs.size() - 2);
      }
      alive = any -> true;
      evict();
    } finally {
      writing.unlock();
    }
  }

  private long[] prefixes() {
    requireRead();
    reading.lock();
    try {
      return LongStream.concat(
              Arrays.stream(young.prefixes()),
              runs.stream().flatMapToLong(run -> Arrays.stream(RunMerge.prefixes(run))))
          .sorted()
          .toArray();
    } finally {
      reading.unlock();
    }
  }

  private static long prefix(TensorId id) {
    return ByteBuffer.wrap(id.toBytes()).getLong();
  }

  /** Writes what is not on disk yet, and deletes the files of runs that were merged. */
  public void flush() {
    Storage to = storage;
    if (to == null) {
      return;
    }
    if (!read && namesOnDisk(to).size() >= MOST_UNREAD) {
      requireRead();
    }
    writing.lock();
    try {
      seal();
      for (Run run : runs) {
        if (run instanceof SortedRun sorted && sorted.entries() > 0) {
          persist(to, sorted);
        }
      }
      obsolete.removeAll(files.values());
      obsolete.forEach(name -> to.delete(StorageNames.child(DIRECTORY, name)));
      obsolete.clear();
    } finally {
      writing.unlock();
    }
  }

  /** Releases the files. Does not flush. */
  @Override
  public void close() {
    writing.lock();
    try {
      runs.forEach(Run::close);
    } finally {
      writing.unlock();
    }
  }
}
