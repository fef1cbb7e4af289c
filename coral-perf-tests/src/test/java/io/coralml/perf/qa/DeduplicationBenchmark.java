package io.coralml.perf.qa;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.stats.Growth;
import io.coralml.perf.Bits;
import io.coralml.perf.ScratchRepository;
import io.coralml.store.ObjectStore;
import io.coralml.store.PutBatch;
import io.coralml.store.PutRequest;
import io.coralml.store.PutResult;
import io.coralml.store.StoreStats;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Category 8: what similar tensors cost each, in bytes and time, against how many there are. */
@Tag("qa")
@Tag("qa-08")
@DisplayName("QA 8, deduplication scaling")
class DeduplicationBenchmark {
  private static final List<Integer> COUNTS = List.of(10, 25, 50, 100, 250, 500, 1000, 2000, 5000);
  private static final int SIDE = 200;
  private static final int CHANGED_OF = 1000;
  private static final int COPIES = 2;
  private static final double AMPLITUDE = 0.01;
  private static final double BYTES_TOLERANCE = 1.05;

  @CoralBenchmark(suite = "qa", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Similar tensors stored against their base, durably, and read back")
  void similar(Metrics metrics, ProfileSettings settings) {
    List<Integer> counts =
        Sizes.of(settings, List.of(5, 10, 25, 50, 100), COUNTS).record(metrics).chosen();
    PassLines lines = new PassLines(metrics, settings);
    double[] bytes = new double[counts.size()];
    double[] nanos = new double[counts.size()];
    store(counts.get(0), settings.seed(), metrics, "warm_up"); // nothing of it is kept
    for (int i = 0; i < counts.size(); i++) {
      Cost cost = store(counts.get(i), settings.seed(), metrics, Integer.toString(counts.get(i)));
      bytes[i] = (double) cost.deltaBytes / counts.get(i);
      nanos[i] = cost.nanos;
      lines.atMost("Wrong elements among " + counts.get(i), (double) cost.mismatched, 0, "");
    }
    double spread =
        java.util.Arrays.stream(bytes).max().orElseThrow()
            / java.util.Arrays.stream(bytes).min().orElseThrow();
    metrics.value("bytes_per_tensor_spread", spread, "x", Better.LOWER);
    lines.atMost("Most over least bytes per tensor", spread, BYTES_TOLERANCE, "x");
    growth(counts, nanos, metrics, lines);
    lines.check();
  }

  /** Time per tensor is constant when the whole grows like n: an exponent of 1 or less. */
  private static void growth(
      List<Integer> counts, double[] nanos, Metrics metrics, PassLines lines) {
    double[] sizes = counts.stream().mapToDouble(Integer::doubleValue).toArray();
    if (sizes.length < Growth.FEWEST_SIZES
        || sizes[sizes.length - 1] / sizes[0] < Growth.LEAST_RANGE) {
      return; // a functional run or a short row: too few sizes for a verdict on growth
    }
    Growth growth = Growth.fit(sizes, nanos);
    metrics.value("growth_exponent", growth.exponent().value(), "1", Better.LOWER);
    metrics.value("growth_exponent_low", growth.exponent().low(), "1", Better.LOWER);
    metrics.value("growth_exponent_high", growth.exponent().high(), "1", Better.LOWER);
    lines.requireOfTime(
        growth.exponent().low() <= 1,
        String.format(
            Locale.ROOT, "The time per tensor grows with their number: %s", growth.sentence()));
  }

  private record Cost(long deltaBytes, double nanos, long mismatched) {}

  private static Cost store(int count, long seed, Metrics metrics, String at) {
    Room.requireHeap((long) COPIES * count * SIDE * SIDE * Float.BYTES);
    Tensor base = Squares.random(SIDE, seed);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      tensors.add(Squares.sparse(base, AMPLITUDE, CHANGED_OF, seed + i));
    }
    try (ScratchRepository scratch = ScratchRepository.create()) {
      ObjectStore store = scratch.repository().store();
      long start = System.nanoTime();
      List<TensorId> ids = put(store, base, tensors);
      double nanos = System.nanoTime() - start;
      StoreStats stats = store.stats();
      long mismatched = 0;
      for (int i = 0; i < count; i++) {
        mismatched += Bits.mismatches(tensors.get(i), store.read(ids.get(i)));
      }
      if (!at.equals("warm_up")) {
        metrics.value("tensors_per_s_at_" + at, count / (nanos / 1e9), "ops/s", Better.HIGHER);
        metrics.value(
            "bytes_per_tensor_at_" + at,
            (double) stats.deltaEncodedBytes() / count,
            "B",
            Better.LOWER);
        metrics.addCount("distinct_at_" + at, stats.tensors(), Better.NEITHER);
        metrics.value(
            "ratio_at_" + at,
            (double) (base.byteLength() * (count + 1)) / stats.packBytes(),
            "x",
            Better.HIGHER);
      }
      return new Cost(stats.deltaEncodedBytes(), nanos, mismatched);
    }
  }

  private static List<TensorId> put(ObjectStore store, Tensor base, List<Tensor> tensors) {
    try (PutBatch batch = store.begin()) {
      TensorId hint = batch.put(base, null).id();
      List<PutRequest> requests =
          tensors.stream().map(tensor -> new PutRequest(tensor, hint)).toList();
      List<TensorId> ids = batch.putAll(requests).stream().map(PutResult::id).toList();
      batch.seal();
      return ids;
    }
  }
}
