package io.coralml.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.io.ReadableFile;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page index of a run in a file")
class PageIndexTest {
  private static final int ENTRIES = 2000;
  private static final int ABSENT = 20_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final long[] hashes = random.longs((long) ENTRIES * Sketch.BANDS).toArray();
  private final PageIndex index = scan(hashes);

  @Test
  @DisplayName("knows every hash and the page where its keys begin")
  void present() {
    long[] keys = sortedKeys(hashes);
    for (int i = 0; i < keys.length; i++) {
      assertThat(index.mayHold(keys[i])).isTrue();
      int page = index.pageOf(Run.key(keys[i], 0));
      assertThat(page).isBetween((i - 1) / PageIndex.PAGE, i / PageIndex.PAGE);
    }
    assertThat(index.pages()).isEqualTo((keys.length + PageIndex.PAGE - 1) / PageIndex.PAGE);
  }

  @Test
  @DisplayName("turns nearly all absent hashes away, in eighteen bytes per entry")
  void absent() {
    long met = random.longs(ABSENT).filter(index::mayHold).count();
    // Of the bits 1 - exp(-3/8) are set, and three are looked at: 3.1 %, a little more for words.
    assertThat((double) met / ABSENT).isBetween(0.028, 0.055);
    assertThat(index.memoryBytes()).isBetween(18L * ENTRIES, 18L * ENTRIES + 80);
  }

  /** Copies of few tensors share their hashes, which then lie anywhere but evenly. */
  @Test
  @DisplayName("finds the page of hashes that do not lie evenly, and of those below and above all")
  void uneven() {
    long[] few = new long[hashes.length];
    for (int i = 0; i < few.length; i++) {
      few[i] = (i % 3 == 0 ? -1L >>> 1 : 0) + ((hashes[i] >>> 62) << 30);
    }
    PageIndex crowded = scan(few);
    long[] keys = sortedKeys(few);
    LongStream.concat(LongStream.of(0, -1, 1L << 62), LongStream.of(keys))
        .map(hash -> Run.key(hash, 0))
        .distinct()
        .forEach(key -> assertThat(crowded.pageOf(key)).isEqualTo(firstPage(keys, key)));
  }

  private static int firstPage(long[] keys, long key) {
    int page = 0;
    for (int first = PageIndex.PAGE; first < keys.length; first += PageIndex.PAGE) {
      page += Long.compareUnsigned(keys[first], key) < 0 ? 1 : 0;
    }
    return page;
  }

  private static long[] sortedKeys(long[] hashes) {
    long[] keys = new long[hashes.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Run.key(hashes[i], i / Sketch.BANDS);
    }
    return LongStream.of(keys)
        .boxed()
        .sorted(Comparator.comparing(Long::longValue, Long::compareUnsigned))
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static PageIndex scan(long[] hashes) {
    long[] numbers = new long[ENTRIES * Run.ENTRY_LONGS];
    int keysAt = (int) Sorted.keysAt(ENTRIES);
    System.arraycopy(sortedKeys(hashes), 0, numbers, keysAt, hashes.length);
    MemoryStorage storage = new MemoryStorage();
    storage.createDirectory("runs");
    String name = RunFile.write(storage, "runs", new SortedRun(numbers));
    try (ReadableFile file = storage.open("runs/" + name)) {
      return PageIndex.scan(file, ENTRIES, RunFile.HEAD + 8L * keysAt, name);
    }
  }
}
