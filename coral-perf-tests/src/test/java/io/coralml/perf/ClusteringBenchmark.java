package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.history.CommitId;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.Model;
import io.coralml.perf.models.Scenario;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What families of models save on disk when their members are stored against one another: each
 * family is stored twice, once with every member a stranger in a repository of its own and once
 * together, and the difference is bytes of the file system.
 */
@Tag("clustering")
@DisplayName("Clustering")
class ClusteringBenchmark {

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("A real family: the block, its fine-tune, and copies of both under other names")
  void realFamily(Metrics metrics) {
    Map<String, Map<String, Tensor>> family = new LinkedHashMap<>();
    family.put("main", RealPair.base(FloatFormat.F16));
    family.put("tuned", RealPair.tuned(FloatFormat.F16));
    family.put("copy", RealPair.base(FloatFormat.F16));
    family.put("renamed", renamed(RealPair.tuned(FloatFormat.F16)));
    storeTogether(family, metrics);
    storeApart(family, metrics);
    metrics.ratio("family_gain", "apart_bytes", "stored_bytes", Better.HIGHER);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("A family of fine-tunes: every weight moved a little")
  @ValueSource(doubles = {1e-5, 1e-3})
  void noiseFamily(double sd, Metrics metrics, ProfileSettings settings) {
    Map<String, Map<String, Tensor>> family = new LinkedHashMap<>();
    for (Model save : Scenario.noiseFineTune(sd, settings.seed()).saves()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      save.tensors().forEach((name, source) -> tensors.put(name, Tensor.copyOf(source)));
      family.put(family.isEmpty() ? "main" : save.name(), tensors);
    }
    storeTogether(family, metrics);
    storeApart(family, metrics);
    metrics.ratio("family_gain", "apart_bytes", "stored_bytes", Better.HIGHER);
  }

  private static Map<String, Tensor> renamed(Map<String, Tensor> model) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    model.forEach((name, tensor) -> renamed.put("copy." + name, tensor));
    return renamed;
  }

  private static void storeTogether(Map<String, Map<String, Tensor>> family, Metrics metrics) {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      CommitId first = null;
      for (Map.Entry<String, Map<String, Tensor>> member : family.entrySet()) {
        if (first != null) {
          repository.branches().create(member.getKey(), first);
        }
        CommitId commit = ModelStore.commit(repository, member.getKey(), member.getValue());
        first = first == null ? commit : first;
        metrics.rawBytes(ModelStore.rawBytes(member.getValue()));
      }
      metrics.storedBytes(scratch.bytesOnDisk());
      family.forEach(
          (branch, model) -> Bits.requireExact(repository.snapshot(branch), model, metrics));
    }
  }

  private static void storeApart(Map<String, Map<String, Tensor>> family, Metrics metrics) {
    for (Map<String, Tensor> member : family.values()) {
      try (ScratchRepository scratch = ScratchRepository.create()) {
        ModelStore.commit(scratch.repository(), "main", member);
        long stored = scratch.bytesOnDisk();
        assertThat(stored).isPositive();
        metrics.addBytes("apart_bytes", stored, Better.LOWER);
      }
    }
  }
}
