package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.io.Storage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.similarity.Sample;
import io.coralml.similarity.SimilaritySearch;
import io.coralml.similarity.SketchIndex;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * What choosing a base takes besides the look-up, on the real pair: the candidates must be read
 * from their packs and compared. Told apart for a candidate that is read for the first time and for
 * one whose sample is remembered.
 */
@Tag("clustering")
@DisplayName("Clustering: look-up and ranking on real weights")
class RankingBenchmark {
  private static final double THRESHOLD = RepositoryOptions.space().similarity();
  private static final long MEMORY_BUDGET = 64 << 20;

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("One layer's attention of the real pair, without names")
  void sample(Metrics metrics) {
    choose(WeightPair.sample(FloatFormat.BF16), metrics);
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("The whole real pair, without names")
  void wholePair(Metrics metrics) {
    choose(WeightPair.whole(FloatFormat.BF16), metrics);
  }

  private static void choose(WeightPair pair, Metrics metrics) {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      Map<String, Tensor> base = new LinkedHashMap<>();
      pair.base().forEach(tensor -> base.put("base." + base.size(), tensor));
      ModelStore.commit(repository, "main", base);
      Storage storage = FileStorage.open(scratch.folder().resolve(Repository.DIRECTORY));
      try (SimilaritySearch search =
          new SimilaritySearch(storage, repository::store, THRESHOLD, MEMORY_BUDGET)) {
        search.complete();
        record(pair, search, metrics);
      } finally {
        storage.close();
      }
    }
  }

  private static void record(WeightPair pair, SimilaritySearch search, Metrics metrics) {
    SketchIndex sketches = search.sketches();
    int count = pair.target().size();
    long[] lookUp = new long[count];
    long[] first = new long[count];
    long[] again = new long[count];
    int asked = 0;
    int found = 0;
    for (int i = 0; i < count; i++) {
      Tensor target = pair.target().get(i);
      if (!SketchIndex.isWorthwhile(target.shape().elements(), target.byteLength())) {
        continue;
      }
      TensorId id = target.id();
      Sample sample = Sample.of(target);
      long start = System.nanoTime();
      sketches.candidates(sample);
      long lookedUp = System.nanoTime();
      Optional<TensorId> chosen = search.select(target, id);
      long chose = System.nanoTime();
      assertThat(search.select(target, id)).isEqualTo(chosen);
      again[asked] = System.nanoTime() - chose;
      first[asked] = chose - lookedUp;
      lookUp[asked] = lookedUp - start;
      found += chosen.filter(pair.base().get(i).id()::equals).isPresent() ? 1 : 0;
      asked++;
    }
    metrics.addCount("tensors", asked, Better.NEITHER);
    metrics.value("own_base_percent", 100.0 * found / asked, "%", Better.HIGHER);
    metrics.value("look_up_ns", median(lookUp, asked), "ns", Better.LOWER);
    metrics.value("choose_first_ns", median(first, asked), "ns", Better.LOWER);
    metrics.value("choose_again_ns", median(again, asked), "ns", Better.LOWER);
    assertThat(found).as("tensors that found what they were tuned from").isPositive();
  }

  private static double median(long[] nanos, int count) {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[count / 2];
  }
}
