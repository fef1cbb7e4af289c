package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.repository.Snapshot;
import io.coralml.repository.TensorInfo;
import io.coralml.repository.TensorQuery;
import io.coralml.repository.Transaction;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Finding tensors in a large model, and storing and reading many at once against one by one. */
@Tag("performance")
@DisplayName("Look-up, filtering, batches")
class LookupBenchmark {
  private static final int LAYERS = 200;
  private static final int KINDS = 5;

  private ScratchRepository scratch;
  private Snapshot snapshot;
  private Map<String, Tensor> model;

  /** What is asked for, and how many of the model's tensors answer to it. */
  enum Query {
    NAME(KINDS),
    SHAPE(LAYERS),
    DTYPE(LAYERS),
    METADATA(LAYERS * KINDS / 2);

    private final int answers;

    Query(int answers) {
      this.answers = answers;
    }

    TensorQuery query() {
      return switch (this) {
        case NAME -> TensorQuery.named("layer.17.*");
        case SHAPE -> TensorQuery.all().shape(Shape.of(2, 3));
        case DTYPE -> TensorQuery.all().dtype(DType.F64);
        case METADATA -> TensorQuery.all().attribute("frozen", "true");
      };
    }
  }

  @BeforeEach
  void commitAModelOfManyTensors() {
    scratch = ScratchRepository.create();
    model = new LinkedHashMap<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      String at = "layer." + layer + ".";
      model.put(at + "weight", Tensor.of(new float[] {layer, 1, 2, 3, 4, 5}, 2, 3));
      model.put(at + "bias", Tensor.of(new float[] {layer, 6}));
      model.put(at + "mean", Tensor.of(new double[] {layer, 7}));
      model.put(at + "count", Tensor.of(new long[] {layer}));
      model.put(at + "steps", Tensor.of(new int[] {layer}));
    }
    Transaction transaction = scratch.repository().transaction("main");
    int[] number = {0};
    model.forEach(
        (name, tensor) ->
            transaction.put(
                name, tensor, Map.of("frozen", Boolean.toString(number[0]++ % 2 == 0))));
    transaction.commit("all layers");
    snapshot = scratch.repository().snapshot("main");
  }

  @AfterEach
  void deleteIt() {
    scratch.close();
  }

  @CoralBenchmark
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Look up one of a thousand tensors by name")
  void byName(Blackhole blackhole) {
    TensorInfo info = snapshot.info("layer.123.weight");
    blackhole.consume(info);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Filter a thousand tensors by name, shape, dtype and metadata")
  void filter(Metrics metrics) throws Exception {
    for (Query query : Query.values()) {
      String key = query.name().toLowerCase(Locale.ROOT);
      List<TensorInfo> found =
          metrics.timed("filter_" + key + "_ns", () -> snapshot.find(query.query()));
      metrics.addCount("found_" + key, found.size(), Better.NEITHER);
      assertThat(found).as("answers to " + query).hasSize(query.answers);
      assertThat(found).allMatch(info -> query.query().matches(info));
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("A batch of tensors: stored in one commit and read in one call, against one by one")
  void batch(Metrics metrics, ProfileSettings settings) throws Exception {
    int count = settings.measured() ? 20 * settings.scale() : 4;
    List<String> names = new ArrayList<>(model.keySet()).subList(0, count);
    Map<String, Tensor> part = new LinkedHashMap<>();
    names.forEach(name -> part.put(name, model.get(name)));
    try (ScratchRepository fresh = ScratchRepository.create()) {
      metrics.time(
          "store_batch_ns",
          () -> fresh.repository().transaction("main").putAll(part).commit("batch"));
      Map<String, Tensor> read =
          metrics.timed("read_batch_ns", () -> fresh.repository().snapshot("main").tensors(names));
      assertThat(read).containsExactlyInAnyOrderEntriesOf(part);
    }
    try (ScratchRepository fresh = ScratchRepository.create()) {
      metrics.time(
          "store_singly_ns",
          () ->
              part.forEach(
                  (name, tensor) ->
                      fresh.repository().transaction("main").put(name, tensor).commit(name)));
      Bits.requireExact(fresh.repository().snapshot("main"), part, metrics);
    }
    metrics.addCount("tensors", count, Better.NEITHER);
    metrics.ratio("batch_gain", "store_singly_ns", "store_batch_ns", Better.HIGHER);
  }
}
