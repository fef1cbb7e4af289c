package io.coralml.similarity;

import io.coralml.CorruptDataException;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * One run from two, number by number in the order of {@link Sorted}, so that runs larger than the
 * memory there is can be merged from file to file. Of tensors that are in both, one entry is kept.
 * What it holds meanwhile is 16 bytes for each entry of the first run, 4 for each of the second.
 */
final class RunMerge {
  private static final int BUFFER = 4096;

  private final Sorted one;
  private final Sorted two;
  private final int[] placesOne;
  private final int[] placesTwo;
  private final int entries;

  /**
   * Prepares a merge.
   *
   * @param alive whether a tensor whose identity begins with these eight bytes may still exist
   */
  RunMerge(Sorted one, Sorted two, LongPredicate alive) {
    this.one = one;
    this.two = two;
    long[] known = prefixes(one);
    this.placesOne = new int[one.entries()];
    this.placesTwo = new int[two.entries()];
    int count = place(known, placesOne, 0, alive);
    Arrays.sort(known);
    this.entries =
        place(
            prefixes(two),
            placesTwo,
            count,
            id -> alive.test(id) && Arrays.binarySearch(known, id) < 0);
  }

  /** Returns the first eight bytes of every identity of a run, in the order of its entries. */
  static long[] prefixes(Sorted run) {
    long[] prefixes = new long[run.entries()];
    long[] ids = new long[BUFFER * Run.ID_LONGS];
    for (int from = 0; from < prefixes.length; from += BUFFER) {
      int count = Math.min(BUFFER, prefixes.length - from);
      run.read((long) from * Run.ID_LONGS, ids, count * Run.ID_LONGS);
      for (int i = 0; i < count; i++) {
        prefixes[from + i] = ids[i * Run.ID_LONGS];
      }
    }
    return prefixes;
  }

  private static int place(long[] prefixes, int[] places, int from, LongPredicate keep) {
    int next = from;
    for (int i = 0; i < places.length; i++) {
      places[i] = keep.test(prefixes[i]) ? next++ : -1;
    }
    return next;
  }

  /** Returns how many entries the merged run has. */
  int entries() {
    return entries;
  }

  /** Returns the merged run, in memory. */
  SortedRun inMemory() {
    long[] numbers = new long[Math.multiplyExact(entries, Run.ENTRY_LONGS)];
    int[] at = new int[1];
    write(number -> numbers[at[0]++] = number);
    return new SortedRun(numbers);
  }

  /** Takes the numbers of a run, one after the other. */
  @FunctionalInterface
  interface Sink {
    void put(long number);
  }

  /**
   * Gives out the merged run.
   *
   * @throws CorruptDataException if a run has changed since it was checked
   */
  void write(Sink to) {
    copy(one, placesOne, 0, Run.ID_LONGS, to);
    copy(two, placesTwo, 0, Run.ID_LONGS, to);
    copy(one, placesOne, Sorted.printAt(one.entries(), 0), Sketch.PRINT_LONGS, to);
    copy(two, placesTwo, Sorted.printAt(two.entries(), 0), Sketch.PRINT_LONGS, to);
    Keys first = new Keys(one, placesOne);
    Keys second = new Keys(two, placesTwo);
    long left = (long) entries * Sketch.BANDS;
    while (first.isThere() || second.isThere()) {
      Keys least = first.isBefore(second) ? first : second;
      if (left-- == 0) {
        throw damaged();
      }
      to.put(least.take());
    }
    if (left != 0) {
      throw damaged();
    }
  }

  private static CorruptDataException damaged() {
    return new CorruptDataException(
        "A cache of sketches was damaged while it was in use; it will be rebuilt.");
  }

  private static void copy(Sorted from, int[] places, long at, int each, Sink to) {
    long[] buffer = new long[BUFFER * each];
    for (int first = 0; first < places.length; first += BUFFER) {
      int count = Math.min(BUFFER, places.length - first);
      from.read(at + (long) first * each, buffer, count * each);
      for (int i = 0; i < count; i++) {
        for (int j = 0; places[first + i] >= 0 && j < each; j++) {
          to.put(buffer[i * each + j]);
        }
      }
    }
  }

  /** The keys of one run that stay, with the numbers their entries will have. */
  private static final class Keys {
    private final Sorted run;
    private final int[] places;
    private final long[] buffer = new long[BUFFER];
    private final long count;
    private long read;
    private int at;
    private int filled;
    private boolean there;
    private long key;

    Keys(Sorted run, int[] places) {
      this.run = run;
      this.places = places;
      this.count = (long) run.entries() * Sketch.BANDS;
      advance();
    }

    /** Moves to the next key that stays. */
    private void advance() {
      there = false;
      while (!there && (at < filled || read < count)) {
        if (at == filled) {
          filled = (int) Math.min(BUFFER, count - read);
          run.read(Sorted.keysAt(run.entries()) + read, buffer, filled);
          read += filled;
          at = 0;
        }
        long next = buffer[at++];
        if (Run.entryOf(next) >= places.length) {
          throw damaged();
        }
        int place = places[Run.entryOf(next)];
        there = place >= 0;
        key = Run.key(next, Math.max(0, place));
      }
    }

    boolean isThere() {
      return there;
    }

    boolean isBefore(Keys other) {
      return there && (!other.there || Long.compareUnsigned(key, other.key) <= 0);
    }

    long take() {
      long taken = key;
      advance();
      return taken;
    }
  }
}
