package io.coralml.perf.qa;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.Bits;
import io.coralml.perf.ScratchRepository;
import io.coralml.repository.Repository;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Category 1: the live heap that storing and reading one tensor needs; see {@link LivePeak}. The
 * tensor that is stored is its caller's and not counted, the one that is read is.
 */
@Tag("qa")
@Tag("qa-01")
@DisplayName("QA 1, memory usage patterns")
class MemoryPatternsBenchmark {
  private static final List<Integer> SIDES = List.of(100, 500, 1000, 2000, 5000);
  private static final int SMALL_BYTES = 64 * 1024;

  /** A small tensor is read sooner than a heap is collected, so it is read so often at a time. */
  private static final int READS = 20;

  private static final int COPIES_AT_ONCE = 5;
  private static final int FEW_COLLECTIONS = 12;
  private static final int MANY_COLLECTIONS = 20;
  private static final int MORE_COLLECTIONS = 40;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Peak live heap of storing and reading one square tensor")
  void storeAndRetrieve(Metrics metrics, ProfileSettings settings) throws Exception {
    PassLines lines = new PassLines(metrics, settings);
    for (int side : Sizes.of(settings, List.of(100), SIDES).record(metrics).chosen()) {
      measure(side, metrics, settings, lines);
    }
    lines.check();
  }

  private static void measure(int side, Metrics metrics, ProfileSettings settings, PassLines lines)
      throws Exception {
    long bytes = (long) side * side * Float.BYTES;
    Room.requireHeap(COPIES_AT_ONCE * bytes);
    int collections = settings.measured() ? collections(side, settings) : 2;
    try (Saver saver = new Saver(Squares.random(side, settings.seed() + side))) {
      LivePeak store = LivePeak.of(saver::prepare, saver::save, collections);
      Repository repository = saver.scratch.repository();
      int reads = side < 1000 ? READS : 1;
      LivePeak retrieve =
          LivePeak.of(
              () -> {
                for (int i = 0; i < reads; i++) {
                  assertThat(repository.snapshot("main").tensor("t").byteLength()).isEqualTo(bytes);
                }
              },
              collections);
      metrics.value("store_ms_at_" + side, store.nanos() / 1e6, "ms", Better.LOWER);
      metrics.value("retrieve_ms_at_" + side, retrieve.nanos() / reads / 1e6, "ms", Better.LOWER);
      long mismatched = Bits.mismatches(saver.next, repository.snapshot("main").tensor("t"));
      metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
      lines.atMost("The number of wrong elements at " + side, (double) mismatched, 0, "");
      record(side, bytes, store, retrieve, metrics);
      if (settings.measured()) {
        // In a functional run other tests share the heap, and what they leave there comes and goes.
        hold(side, bytes, Math.max(store.extraBytes(), retrieve.extraBytes()), lines);
      }
    }
  }

  /** A small tensor is alive for a small part of a save, which mostly waits for the disk. */
  private static int collections(int side, ProfileSettings settings) {
    return side <= 100
        ? settings.choose(FEW_COLLECTIONS, MANY_COLLECTIONS, MORE_COLLECTIONS, MORE_COLLECTIONS)
        : settings.choose(FEW_COLLECTIONS, FEW_COLLECTIONS, MANY_COLLECTIONS, MANY_COLLECTIONS);
  }

  private static void record(
      int side, long bytes, LivePeak store, LivePeak retrieve, Metrics metrics) {
    long extra = Math.max(store.extraBytes(), retrieve.extraBytes());
    metrics.addBytes("tensor_bytes_at_" + side, bytes, Better.NEITHER);
    metrics.addBytes("store_peak_bytes_at_" + side, store.extraBytes(), Better.LOWER);
    metrics.addBytes("retrieve_peak_bytes_at_" + side, retrieve.extraBytes(), Better.LOWER);
    metrics.value("overhead_at_" + side, (double) extra / bytes, "x", Better.LOWER);
    metrics.addCount(
        "collections_at_" + side, store.collections() + retrieve.collections(), Better.NEITHER);
  }

  private static void hold(int side, long bytes, long extra, PassLines lines) {
    String what = "Peak extra live heap at " + side + "²";
    if (side <= 100) {
      lines.atMost(what, (double) extra, SMALL_BYTES, "B");
    } else {
      lines.atMost(what, (double) extra / bytes, side < 1000 ? 3 : 2, "x the tensor");
    }
  }

  /**
   * Saves one state of a tensor after the other. What is stored already would cost nothing, so each
   * differs in one element. The repository is made anew before it has packs enough to merge, which
   * would go on beside some save.
   */
  private static final class Saver implements AutoCloseable {
    private static final int SAVES = 12;
    private static final int UNCOUNTED = 2;

    private final Shape shape;
    private final ByteBuffer elements;
    private ScratchRepository scratch = ScratchRepository.create();
    private Tensor next;
    private int states;
    private int saved;

    Saver(Tensor first) {
      this.shape = first.shape();
      this.elements = ByteBuffer.allocate(Math.toIntExact(first.byteLength()));
      this.next = first;
      elements.put(first.data()).flip();
      begin();
    }

    private void begin() {
      saved = 0;
      while (saved < UNCOUNTED) {
        change();
        save();
      }
    }

    private void change() {
      elements.putInt(0, ++states);
      next = Tensor.of(DType.F32, shape, elements);
    }

    void prepare() {
      if (saved == SAVES) {
        scratch.close();
        scratch = ScratchRepository.create();
        begin();
      }
      change();
    }

    void save() {
      scratch.repository().transaction("main").put("t", next).commit("save");
      saved++;
    }

    @Override
    public void close() {
      scratch.close();
    }
  }
}
