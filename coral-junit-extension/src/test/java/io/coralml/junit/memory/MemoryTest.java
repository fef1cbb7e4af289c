package io.coralml.junit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.coralml.junit.stats.Interval;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

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
    @DisplayName("shows what direct buffers hold")
    void direct() {
      MemoryWatch watch = MemoryWatch.start();
      var buffer = java.nio.ByteBuffer.allocateDirect(1 << 20);
      MemoryWatch.Seen seen = watch.stop();

      assertThat(seen.directBytes()).isGreaterThanOrEqualTo(buffer.capacity());
    }

    @Test
    @EnabledOnOs(LINUX)
    @DisplayName("includes the resident size")
    void resident() {
      assertThat(ResidentSize.currentBytes()).isGreaterThan(1 << 20);
      assertThat(ResidentSize.peakBytes()).isGreaterThanOrEqualTo(ResidentSize.currentBytes() / 2);
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
  }
}
