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
  @DisplayName("turns most absent hashes away, in nine bytes per entry")
  void absent() {
    long met = random.longs(ABSENT).filter(index::mayHold).count();
    // Of the bits 1 - exp(-1/2) are set, and two are looked at: 15.5 %, a little more for words.
    assertThat((double) met / ABSENT).isBetween(0.13, 0.20);
    assertThat(index.memoryBytes()).isBetween(9L * ENTRIES, 9L * ENTRIES + 80);
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
