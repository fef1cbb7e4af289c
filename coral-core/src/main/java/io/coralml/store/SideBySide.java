package io.coralml.store;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Work on several tensors at once, by the calling thread and those of the common pool. Each takes
 * the next tensor when it is done with its last, so that all are done at about the same time; a
 * parallel stream hands out a quarter of its elements at once where there are two processors.
 */
final class SideBySide {
  private SideBySide() {}

  /**
   * Applies a function to all elements and returns the results in their order. After a failure,
   * which is thrown, no further element is begun.
   */
  static <T, R> List<R> map(List<T> elements, Function<T, R> function) {
    int count = elements.size();
    AtomicReferenceArray<R> results = new AtomicReferenceArray<>(count);
    AtomicInteger next = new AtomicInteger();
    int threads = Math.min(count, ForkJoinPool.getCommonPoolParallelism() + 1);
    IntStream.range(0, threads)
        .parallel()
        .forEach(
            thread -> {
              try {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                  results.set(i, function.apply(elements.get(i)));
                }
              } finally {
                // At the end, and after a failure, nothing is left to begin.
                next.set(count);
              }
            });
    return IntStream.range(0, count).mapToObj(results::get).toList();
  }
}
