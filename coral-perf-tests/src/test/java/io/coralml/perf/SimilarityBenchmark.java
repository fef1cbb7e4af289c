package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.TensorCodec;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.similarity.Sample;
import io.coralml.similarity.SketchIndex;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.qameta.allure.Allure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * The index of similar tensors against brute force: recall, false candidates, time of a look-up,
 * memory, and the bits that the base it leads to costs more than the best there is. Weights are
 * uniform, as PyTorch initialises layers, which is the harder case for false candidates. An update
 * of a share is noise of that share of the weights' standard deviation.
 */
@Tag("clustering")
@DisplayName("Clustering: finding the nearest tensor")
class SimilarityBenchmark {
  private static final int ELEMENTS = 1024;
  private static final double BOUND = 0.05;
  private static final double SD = BOUND / Math.sqrt(3);
  private static final double[] UPDATES = {0.001, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3};
  private static final int MARK_UPTO = 3;
  private static final int MILLION = 1_000_000;
  private static final int MADE_AT_ONCE = 2048;

  static Tensor weights(long seed, int number) {
    SplittableRandom random = new SplittableRandom(seed * 31_000_003 + number);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * BOUND);
    }
    return Tensor.of(values);
  }

  static Tensor updated(Tensor tensor, double share, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (random.nextGaussian() * share * SD);
    }
    return Tensor.of(values);
  }

  private record Made(Sample sample, TensorId id) {
    static Made of(Tensor tensor) {
      return new Made(Sample.of(tensor), tensor.id());
    }
  }

  /** Adds weights 0 to {@code entries} in their order; all processors make them beforehand. */
  static void fill(SketchIndex index, int entries, long seed, ObjIntConsumer<TensorId> added) {
    for (int from = 0; from < entries; from += MADE_AT_ONCE) {
      List<Made> some =
          IntStream.range(from, Math.min(entries, from + MADE_AT_ONCE))
              .parallel()
              .mapToObj(i -> Made.of(weights(seed, i)))
              .toList();
      for (int i = 0; i < some.size(); i++) {
        assertThat(index.add(some.get(i).sample, some.get(i).id)).isTrue();
        added.accept(some.get(i).id, from + i);
      }
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Recall, false candidates, look-up and memory at 10,000 entries and more")
  void index(Metrics metrics, ProfileSettings settings) {
    int entries = settings.choose(10_000, MILLION / 4, MILLION, MILLION);
    long seed = settings.seed();
    SketchIndex index = SketchIndex.inMemory();
    Map<TensorId, Integer> numbers = new HashMap<>();
    int known = Math.min(entries, 4000);
    fill(
        index,
        entries,
        seed,
        (id, i) -> {
          if (i < known) {
            numbers.put(id, i);
          }
        });
    metrics.value("memory_b_per_tensor", (double) index.memoryBytes() / entries, "B", Better.LOWER);
    assertThat((double) index.memoryBytes() / entries).isLessThanOrEqualTo(250);
    double[] recalls = new double[UPDATES.length];
    for (int u = 0; u < UPDATES.length; u++) {
      recalls[u] = recall(index, numbers, known, UPDATES[u], seed, u, metrics, settings);
    }
    attach(entries, recalls);
  }

  private static double recall(
      SketchIndex index,
      Map<TensorId, Integer> numbers,
      int known,
      double update,
      long seed,
      int place,
      Metrics metrics,
      ProfileSettings settings) {
    int queries = settings.choose(1000, 4000, 4000, 4000);
    int found = 0;
    long strangers = 0;
    long[] times = new long[queries];
    for (int q = 0; q < queries; q++) {
      int origin = (int) ((long) q * known / queries);
      Sample sample = Sample.of(updated(weights(seed, origin), update, q));
      long start = System.nanoTime();
      List<TensorId> candidates = index.candidates(sample);
      times[q] = System.nanoTime() - start;
      // The only relative it has is the nearest of all; the likeliest candidate stands first.
      boolean hit = !candidates.isEmpty() && numbers.getOrDefault(candidates.get(0), -1) == origin;
      found += hit ? 1 : 0;
      strangers += candidates.size() - (hit ? 1 : 0);
    }
    Arrays.sort(times);
    double recall = (double) found / queries;
    String at = "_at_" + Math.round(1000 * update) + "_per_mille";
    metrics.value("recall" + at, recall, "1", Better.HIGHER);
    metrics.value("false_candidates" + at, (double) strangers / queries, "1", Better.LOWER);
    metrics.value("look_up_ns" + at, (double) times[queries / 2], "ns", Better.LOWER);
    assertThat((double) strangers / queries).isLessThanOrEqualTo(1);
    if (place < MARK_UPTO) {
      assertThat(recall).as("recall at an update of %s", update).isGreaterThanOrEqualTo(0.99);
    }
    if (settings.profile().compareTo(BenchmarkProfile.FULL) >= 0) {
      assertThat(times[queries / 2]).as("ns per look-up").isLessThanOrEqualTo(100_000);
    }
    return recall;
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("The base that is found against the best of all by brute force")
  void bruteForce(Metrics metrics, ProfileSettings settings) {
    int entries = settings.measured() ? settings.choose(1000, 10_000, 10_000, 10_000) : 500;
    int queries = settings.measured() ? settings.choose(20, 100, 100, 200) : 20;
    List<Sample> samples = new ArrayList<>();
    List<Tensor> tensors = new ArrayList<>();
    Map<TensorId, Integer> numbers = new HashMap<>();
    SketchIndex index = SketchIndex.inMemory();
    for (int i = 0; i < entries; i++) {
      Tensor tensor =
          i % 4 == 3 ? updated(tensors.get(i - 1 - i % 3), 0.02, i) : weights(settings.seed(), i);
      tensors.add(tensor);
      samples.add(Sample.of(tensor));
      numbers.put(tensor.id(), i);
      index.add(samples.get(i), tensor.id());
    }
    TensorCodec codec = TensorCodec.of(Effort.BALANCED);
    long found = 0;
    long foundBytes = 0;
    long bestBytes = 0;
    long[] lookUps = new long[queries];
    long[] rankings = new long[queries];
    for (int q = 0; q < queries; q++) {
      int origin = q * (entries / queries);
      Tensor target = updated(tensors.get(origin), UPDATES[q % MARK_UPTO], q);
      Sample sample = Sample.of(target);
      int best =
          IntStream.range(0, entries)
              .boxed()
              .min(Comparator.comparingDouble(i -> sample.distance(samples.get(i))))
              .orElseThrow();
      long start = System.nanoTime();
      List<TensorId> candidates = index.candidates(sample);
      long foundAt = System.nanoTime();
      int chosen =
          candidates.stream()
              .map(numbers::get)
              .min(Comparator.comparingDouble(i -> sample.distance(samples.get(i))))
              .orElse(-1);
      rankings[q] = System.nanoTime() - foundAt;
      lookUps[q] = foundAt - start;
      found += chosen == best ? 1 : 0;
      foundBytes += codec.encode(target, chosen < 0 ? null : tensors.get(chosen)).length();
      bestBytes += codec.encode(target, tensors.get(best)).length();
    }
    double lost = (double) foundBytes / bestBytes - 1;
    metrics.value("recall_at_1", (double) found / queries, "1", Better.HIGHER);
    metrics.value("bits_lost_percent", 100 * lost, "%", Better.LOWER);
    // Ranking compares 2,048 positions with those of each candidate; look-up compares sketches.
    metrics.value("look_up_ns", median(lookUps), "ns", Better.LOWER);
    metrics.value("rank_ns", median(rankings), "ns", Better.LOWER);
    assertThat((double) found / queries).isGreaterThanOrEqualTo(0.99);
    assertThat(lost).isLessThanOrEqualTo(0.01);
  }

  private static double median(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Draws recall over the size of the update, on a logarithmic axis. */
  private static void attach(int entries, double[] recalls) {
    StringBuilder points = new StringBuilder();
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < recalls.length; i++) {
      double x = 60 + 480 * Math.log(UPDATES[i] / UPDATES[0]) / Math.log(300);
      double y = 20 + 220 * (1 - recalls[i]);
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      labels.append(
          String.format(
              Locale.ROOT,
              "<circle cx='%.1f' cy='%.1f' r='3'/><text x='%.1f' y='260'>%s</text>"
                  + "<text x='%.1f' y='%.1f'>%.3f</text>",
              x,
              y,
              x - 12,
              UPDATES[i],
              x - 14,
              y + 16,
              recalls[i]));
    }
    String svg =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 580 290' font-family='sans-serif'"
            + " font-size='11'><title>Recall at "
            + entries
            + " entries</title><style>text{fill:#374151}polyline,circle{stroke:#2563eb}"
            + "circle{fill:#2563eb}rect{fill:#fff}@media (prefers-color-scheme:dark)"
            + "{text{fill:#e5e7eb}polyline,circle{stroke:#60a5fa}circle{fill:#60a5fa}"
            + "rect{fill:#111827}}</style><rect width='100%' height='100%'/>"
            + "<polyline fill='none' points='"
            + points.toString().strip()
            + "'/>"
            + labels
            + "<text x='200' y='282'>update, as a share of the weights&#8217; sd; "
            + entries
            + " entries</text></svg>";
    if (Allure.getLifecycle().getCurrentTestCase().isPresent()) {
      Allure.addAttachment("Recall by update", "image/svg+xml", svg, "svg");
    }
  }
}
