package io.coralml.junit.memory;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.coralml.junit.stats.Interval;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Memory")
class MemoryTest {
  private byte[] kept = new byte[0];

  @Nested
  @DisplayName("that the current thread allocates")
  class Allocated {
    @Test
    @DisplayName("is counted to the byte, header and padding included")
    void exact() {
      long before = Allocation.currentThreadBytes();
      kept = new byte[1000];
      long after = Allocation.currentThreadBytes();

      assertThat(after - before).isEqualTo(16 + 1000);
    }

    @Test
    @DisplayName("does not grow by being counted")
    void free() {
      long first = Allocation.currentThreadBytes();

      assertThat(Allocation.currentThreadBytes()).isEqualTo(first);
    }
  }

  @Nested
  @DisplayName("that is watched")
  class Watched {
    @Test
    @DisplayName("has its collections counted and its peak seen")
    void collections() {
      System.gc();
      MemoryWatch watch = MemoryWatch.start();
      kept = new byte[32 << 20];
      kept = new byte[0];
      System.gc();
      MemoryWatch.Seen seen = watch.stop();

      assertThat(seen.collections()).isPositive();
      assertThat(seen.extraHeapBytes()).isGreaterThanOrEqualTo(32 << 20);
      assertThat(seen.peakHeapBytes()).isGreaterThanOrEqualTo(seen.extraHeapBytes());
      assertThat(seen.longestPauseNanos()).isLessThanOrEqualTo(seen.pauseNanos());
      assertThat(kept).isEmpty();
    }

    @Test
    @DisplayName("between blocks has all collections counted, and the last of each block looked at")
    void betweenBlocks() {
      System.gc();
      MemoryWatch watch = MemoryWatch.startBetweenBlocks();
      kept = new byte[32 << 20];
      kept = new byte[0];
      System.gc();
      watch.look();
      System.gc();
      System.gc();
      MemoryWatch.Seen seen = watch.stop();

      assertThat(seen.collections()).isGreaterThanOrEqualTo(3);
      assertThat(seen.extraHeapBytes()).isGreaterThanOrEqualTo(32 << 20);
      assertThat(seen.longestPauseNanos()).isLessThanOrEqualTo(seen.pauseNanos());
      assertThat(kept).isEmpty();
    }

    @Test
    @DisplayName("shows what direct buffers hold")
    void direct() {
      MemoryWatch watch = MemoryWatch.start();
      var buffer = java.nio.ByteBuffer.allocateDirect(1 << 20);
      MemoryWatch.Seen seen = watch.stop();

      assertThat(seen.directBytes()).isGreaterThanOrEqualTo(buffer.capacity());
    }

    @Test
    @DisplayName("shows mapped files and what all threads allocated")
    void mappedAndAllocated(@TempDir Path folder) throws Exception {
      Path file = folder.resolve("mapped");
      MemoryWatch watch = MemoryWatch.start();
      Thread worker = new Thread(() -> kept = new byte[4 << 20]);
      worker.start();
      worker.join();
      kept = new byte[8 << 20];
      try (FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE)) {
        var mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 1 << 20);
        MemoryWatch.Seen seen = watch.stop();

        assertThat(seen.mappedBytes()).isGreaterThanOrEqualTo(mapped.capacity());
        assertThat(seen.allocatedBytes()).isGreaterThanOrEqualTo(8 << 20);
      }
    }

    @Test
    @EnabledOnOs(LINUX)
    @DisplayName("includes the resident size, where the old peak can be forgotten")
    void resident() {
      assumeTrue(ResidentSize.ofThisProcess().resetPeak());
      assertThat(MemoryWatch.start().stop().peakRssBytes()).isGreaterThan(1 << 20);
    }
  }

  @Nested
  @DisplayName("that leaks")
  class Leaking {
    @Test
    @DisplayName("has a slope near what each operation keeps")
    void leaks() {
      List<byte[]> leaked = new ArrayList<>();
      LeakSlope slope = new LeakSlope();
      for (int point = 1; point <= 8; point++) {
        for (int i = 0; i < 100; i++) {
          leaked.add(new byte[50_000]);
        }
        slope.observe(point * 100L);
      }

      Interval found = slope.bytesPerOperation();
      assertThat(leaked).hasSize(800);
      assertThat(found.value()).isBetween(40_000.0, 60_000.0);
      assertThat(found.contains(0)).isFalse();
    }

    @Test
    @DisplayName("is not seen in a cache that fills up once")
    void cache() {
      LeakSlope slope = new LeakSlope();
      long[] heap = {5_000, 9_000, 9_010, 8_990, 9_005, 9_000, 8_995, 9_002, 8_998, 9_001};
      for (int i = 0; i < heap.length; i++) {
        slope.observe(i, heap[i]);
      }

      assertThat(slope.bytesPerOperation().contains(0)).isTrue();
    }

    @Test
    @DisplayName("is told from the little that a JVM keeps for itself")
    void noticeable() {
      LeakSlope little = slope(1);
      assertThat(little.bytesPerOperation()).isEqualTo(Interval.exactly(1));
      assertThat(little.retainedBytes()).isEqualTo(5000);
      assertThat(little.leaks()).isFalse();
      assertThat(little.leak().contains(0)).isTrue();
      assertThat(slope(100).leak().contains(0)).isFalse();
      assertThat(slope(100).leaks()).isTrue();
      assertThat(slope(-100).leaks()).isFalse();
    }

    @Test
    @DisplayName("is not hidden or made up by one disturbed observation")
    void disturbed() {
      LeakSlope slope = new LeakSlope();
      long[] heap = {100_000, 200_000, 300_000, 9_000_000, 500_000, 600_000, 700_000};
      for (int i = 0; i < heap.length; i++) {
        slope.observe(i * 1000L, heap[i]);
      }

      assertThat(slope.bytesPerOperation().value()).isEqualTo(100);
    }

    @Test
    @DisplayName("is not there when code throws away what it allocates")
    void clean() {
      // What other threads of this JVM keep meanwhile can look like a leak, but not time after
      // time.
      assertThat(IntStream.range(0, 5).anyMatch(attempt -> !discarding().leaks())).isTrue();
    }

    private LeakSlope discarding() {
      LeakSlope slope = new LeakSlope();
      for (int point = 0; point < 6; point++) {
        for (int i = 0; i < 1000; i++) {
          kept = new byte[1024];
        }
        slope.observe(point * 1000L);
      }
      return slope;
    }

    @Test
    @DisplayName("needs operations that are counted from the beginning, and three points")
    void refused() {
      LeakSlope slope = new LeakSlope();
      assertThat(slope.retainedBytes()).isZero();
      slope.observe(7, 1);
      assertThatThrownBy(() -> slope.observe(6, 1)).hasMessageContaining("6 is less");
      assertThatThrownBy(slope::bytesPerOperation).hasMessageContaining("3 points");
    }

    private LeakSlope slope(int bytesPerOperation) {
      LeakSlope slope = new LeakSlope();
      for (int i = 0; i < 6; i++) {
        slope.observe(i * 1000L, 5_000_000 + i * 1000L * bytesPerOperation);
      }
      return slope;
    }
  }
}
