package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.repository.RepositoryOptions;
import io.coralml.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What looking for the nearest base gains when tensors are stored one after the other, without any
 * clusters or repack: the same collection with the search and without it. What nothing resembles
 * must not become larger. Encoded bytes are compared, because every commit makes a pack; the bytes
 * of all files, index included, stand beside them.
 */
@Tag("clustering")
@DisplayName("Clustering: nearest base when stored")
class NearestBaseBenchmark {
  /** The threshold of the preset that searches. */
  private static final double SEARCHED = RepositoryOptions.space().similarity();

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Store a collection, one commit a tensor")
  @CsvSource({
    "FINE_TUNES,0.84",
    "ZOO,0.91",
    "UNRELATED,1",
    "DISTANT,1",
    "INT8,0.45",
    "DUPLICATES,0.9",
    "REAL_SAMPLE,0.76"
  })
  void collections(Families families, double most, Metrics metrics, ProfileSettings settings) {
    Map<String, Tensor> tensors = families.tensors(settings.seed());
    long alone = stored("alone", RepositoryOptions.defaults().withSimilarity(1), tensors, metrics);
    long searched =
        stored("searched", RepositoryOptions.defaults().withSimilarity(SEARCHED), tensors, metrics);
    metrics.rawBytes(ModelStore.rawBytes(tensors));
    metrics.storedBytes(searched);
    assertThat(searched).isLessThanOrEqualTo((long) (most * alone));
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Store a real fine-tune pair and a stranger of the same make, one commit a tensor")
  void realModels(Metrics metrics, ProfileSettings settings) {
    collections(Families.REAL_MODELS, 0.87, metrics, settings);
  }

  private static long stored(
      String how, RepositoryOptions options, Map<String, Tensor> tensors, Metrics metrics) {
    try (ScratchRepository scratch = ScratchRepository.create(options)) {
      tensors.forEach(
          (name, tensor) ->
              scratch.repository().transaction("main").put(name, tensor).commit(name));
      Bits.requireExact(scratch.repository().snapshot("main"), tensors, metrics);
      long encoded = scratch.repository().store().stats().encodedBytes();
      metrics.addBytes(how + "_encoded_bytes", encoded, Better.LOWER);
      metrics.addBytes(how + "_disk_bytes", scratch.bytesOnDisk(), Better.NEITHER);
      return encoded;
    }
  }
}
