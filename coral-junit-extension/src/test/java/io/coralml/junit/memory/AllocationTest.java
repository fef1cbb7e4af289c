package io.coralml.junit.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.coralml.junit.stats.Sample;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sizes follow from HotSpot's layout with compressed pointers: an object has a header of 12 bytes,
 * an array one of 16; fields are aligned to their size, objects to 8 bytes.
 */
@DisplayName("Allocation is counted to the byte")
class AllocationTest {
  /** Written by every operation, so that no compiler can leave an allocation out. */
  @SuppressWarnings("UnusedVariable") // written only: that is what it is for
  private static volatile @Nullable Object published;

  private record Pair(Object left, Object right) {}

  @BeforeAll
  static void onlyWithTheLayoutThatIsWrittenHere() {
    assumeTrue(Allocation.isCounted(), "this JVM does not count allocation");
    assumeTrue(flag("UseCompressedOops") && flag("UseCompressedClassPointers"));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        shape("an object without fields", 16, Object::new),
        shape("a boxed int: 12 + 4", 16, () -> box(1_000_000)),
        shape("a boxed long: 12, aligned to 16, + 8", 24, () -> box(1L << 40)),
        shape("a record of two references: 12 + 2 x 4, aligned", 24, () -> new Pair("a", "b")),
        shape("no bytes: 16", 16, () -> new byte[0]),
        shape("256 bytes: 16 + 256", 272, () -> new byte[256]),
        shape("three ints: 16 + 12, aligned", 32, () -> new int[3]),
        shape("ten longs: 16 + 80", 96, () -> new long[10]),
        shape("two rows of two ints: 24 + 2 x 24", 72, () -> new int[2][2]),
        shape("a list with room for ten: 24 + 16 + 10 x 4", 80, () -> new ArrayList<Object>(10)));
  }

  @ParameterizedTest(name = "{0} = {1} bytes")
  @MethodSource("shapes")
  @DisplayName("for ten known shapes, interpreted and compiled")
  void exact(String description, long bytes, Supplier<Object> shape) {
    allocated(shape, 1);
    for (int operations : new int[] {1, 10, 1000, 30_000, 1}) {
      assertThat(medianAllocated(shape, operations))
          .as("%d times %s", operations, description)
          .isEqualTo((double) (operations * bytes));
    }
  }

  @Test
  @DisplayName("and is nothing where nothing is allocated")
  void nothing() {
    Object constant = new Object();
    assertThat(medianAllocated(() -> constant, 10_000)).isZero();
  }

  @Test
  @DisplayName("over all threads, those included that were started in between")
  void allThreads() throws InterruptedException {
    Allocation before = Allocation.ofAllThreads();
    CountDownLatch allocated = new CountDownLatch(2);
    CountDownLatch counted = new CountDownLatch(1);
    Runnable work =
        () -> {
          published = new byte[10_000_000];
          allocated.countDown();
          awaitUninterrupted(counted);
        };
    Thread one = new Thread(work);
    Thread two = new Thread(work);
    one.start();
    two.start();
    allocated.await();
    long bytes = Allocation.ofAllThreads().since(before);
    counted.countDown();
    one.join();
    two.join();
    assertThat(bytes).isBetween(20_000_000L, 30_000_000L);
  }

  /** Of five rounds: when code is compiled or loaded, the JVM may allocate on the same thread. */
  private static double medianAllocated(Supplier<Object> shape, int operations) {
    return Sample.of(
            IntStream.range(0, 5).mapToDouble(round -> allocated(shape, operations)).toArray())
        .median();
  }

  private static double allocated(Supplier<Object> shape, int operations) {
    long before = Allocation.currentThreadBytes();
    for (int i = 0; i < operations; i++) {
      published = shape.get();
    }
    return Allocation.currentThreadBytes() - before;
  }

  private static Object box(int value) {
    return value;
  }

  private static Object box(long value) {
    return value;
  }

  private static Arguments shape(String description, long bytes, Supplier<Object> shape) {
    return Arguments.of(description, bytes, shape);
  }

  private static boolean flag(String name) {
    HotSpotDiagnosticMXBean bean =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return Boolean.parseBoolean(bean.getVMOption(name).getValue());
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
