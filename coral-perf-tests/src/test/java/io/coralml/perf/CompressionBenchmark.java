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
import io.coralml.perf.models.LowRank;
import io.coralml.perf.models.Model;
import io.coralml.perf.models.Scenario;
import io.coralml.perf.training.TrainedCheckpoints;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/**
 * How few bytes a repository takes. Every stored byte counts: packs, history, indexes. What is read
 * back must be what was put, bit for bit, or the benchmark fails.
 */
@Tag("compression")
@DisplayName("Compression")
class CompressionBenchmark {
  /** Bytes on disk that the 18-model set may take, containers included; its limit is 11.27 MB. */
  private static final long EIGHTEEN_MODELS_MARK = 11_480_000;

  private static final double SIMILAR_MARK = 15.2;
  private static final double CHECKPOINTS_MARK = 25.8;
  private static final double MIXED_MARK = 8.7;
  private static final double TRANSFER_MARK = 4.3;

  /** Bytes on disk over the limit of codecs that look at one element at a time. */
  private static final double LORA_MARK = 1.03;

  private static final int TRAINED_EPOCHS = 8;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("18-model set: two architectures, noise variations, exact copies")
  void eighteenModels(Metrics metrics, ProfileSettings settings) {
    long stored = saveAsBranches(Scenario.eighteenModels(settings.seed()), metrics);
    assertThat(stored).as("stored bytes").isLessThanOrEqualTo(EIGHTEEN_MODELS_MARK);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Real fine-tune: an attention block of bge-small-en, then that of its v1.5")
  @EnumSource(FloatFormat.class)
  void realFineTune(FloatFormat format, Metrics metrics) {
    Map<String, Tensor> base = RealPair.base(format);
    Map<String, Tensor> tuned = RealPair.tuned(format);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      ModelStore.commit(repository, "main", base);
      long before = scratch.bytesOnDisk();
      ModelStore.commit(repository, "main", tuned);
      metrics.rawBytes(ModelStore.rawBytes(tuned));
      metrics.storedBytes(scratch.bytesOnDisk() - before);
      Bits.requireExact(repository.snapshot("main"), tuned, metrics);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Transfer learning: a frozen backbone and four new heads")
  void transfer(Metrics metrics, ProfileSettings settings) {
    Scenario scenario = Scenario.transfer(settings.seed());
    requireRatio(scenario, saveAsBranches(scenario, metrics), TRANSFER_MARK);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Similar models: 16 fine-tunes of 0.1 % of the weights")
  void similar(Metrics metrics, ProfileSettings settings) {
    Scenario scenario = Scenario.similar(settings.seed());
    requireRatio(scenario, saveAsBranches(scenario, metrics), SIMILAR_MARK);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Mixed workload: a team's week")
  void mixed(Metrics metrics, ProfileSettings settings) {
    Scenario scenario = Scenario.mixed(settings.seed());
    requireRatio(scenario, saveAsBranches(scenario, metrics), MIXED_MARK);
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Training checkpoints: eight states, each saved four times")
  void checkpoints(Metrics metrics, ProfileSettings settings) {
    int blocks = settings.measured() ? settings.choose(1, 2, 4, 4) : 1;
    int width = settings.measured() ? settings.choose(256, 256, 256, 512) : 256;
    Scenario scenario = Scenario.checkpoints(blocks, width, settings.seed());
    try (ScratchRepository scratch = ScratchRepository.create(RepositoryOptions.space())) {
      Repository repository = scratch.repository();
      List<CommitId> commits = ModelStore.saveInSequence(repository, scenario);
      long stored = record(scenario, scratch, metrics);
      for (int i = 0; i < commits.size(); i++) {
        Bits.requireExact(
            repository.snapshot(commits.get(i).toString()),
            scenario.saves().get(i).tensors(),
            metrics);
      }
      requireRatio(scenario, stored, CHECKPOINTS_MARK);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("LoRA-merged: three fine-tunes of low rank, merged into the weights")
  void loraMerged(Metrics metrics, ProfileSettings settings) {
    Model base =
        settings.measured()
            ? Scenario.loraBase(2, 256, settings.seed())
            : Scenario.loraBase(1, 32, settings.seed());
    List<LowRank> adapters = Scenario.loraAdapters(base, settings.seed());
    long stored = saveAsBranches(Scenario.loraMerged(base, adapters), metrics);
    double elementwise =
        base.limitBytes() + adapters.stream().mapToDouble(LowRank::elementwiseLimitBytes).sum();
    metrics.addBytes("elementwise_limit_bytes", Math.round(elementwise), Better.NEITHER);
    if (settings.measured()) {
      assertThat(stored / elementwise).as("stored over elementwise limit").isLessThan(LORA_MARK);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.FULL)
  @DisplayName(
      "A real training run: every epoch's checkpoint with the optimiser's state, and without")
  @EnumSource(TrainedCheckpoints.Method.class)
  void trainedSequence(
      TrainedCheckpoints.Method method, Metrics metrics, ProfileSettings settings) {
    if (!TrainedCheckpoints.isAvailable()) {
      throw new TestAbortedException("The engine that trains is a dependency of larger profiles.");
    }
    int epochs = settings.measured() ? TRAINED_EPOCHS : 2;
    try (ScratchRepository training = ScratchRepository.create()) {
      List<TrainedCheckpoints.Saved> saved =
          TrainedCheckpoints.train(training.repository(), method, epochs);
      List<Map<String, Tensor>> alone = saved.stream().map(each -> each.weights()).toList();
      List<Map<String, Tensor>> withState = saved.stream().map(CompressionBenchmark::all).toList();
      int half = epochs / 2;
      metrics.rawBytes(withState.stream().mapToLong(ModelStore::rawBytes).sum());
      metrics.storedBytes(sequence(withState, metrics));
      part("weights", alone, metrics);
      part("early_weights", alone.subList(0, half), metrics);
      part("late_weights", alone.subList(half, epochs), metrics);
    }
  }

  private static void part(String what, List<Map<String, Tensor>> saves, Metrics metrics) {
    long raw = saves.stream().mapToLong(ModelStore::rawBytes).sum();
    double ratio = (double) raw / sequence(saves, metrics);
    metrics.value(what + "_ratio", ratio, "x", Better.HIGHER);
  }

  private static Map<String, Tensor> all(TrainedCheckpoints.Saved saved) {
    Map<String, Tensor> all = new LinkedHashMap<>(saved.weights());
    all.putAll(saved.optimizer());
    return all;
  }

  /** Saves one after the other, reads all back, and returns the bytes on disk. */
  private static long sequence(List<Map<String, Tensor>> saves, Metrics metrics) {
    try (ScratchRepository scratch = ScratchRepository.create(RepositoryOptions.space())) {
      Repository repository = scratch.repository();
      List<CommitId> commits =
          saves.stream().map(each -> ModelStore.commit(repository, "main", each)).toList();
      long stored = scratch.bytesOnDisk();
      for (int i = 0; i < saves.size(); i++) {
        Bits.requireExact(repository.snapshot(commits.get(i).toString()), saves.get(i), metrics);
      }
      return stored;
    }
  }

  /** Saves, measures, reads everything back, and returns the bytes on disk. */
  private static long saveAsBranches(Scenario scenario, Metrics metrics) {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      Map<String, Model> saved = ModelStore.saveAsBranches(repository, scenario);
      long stored = record(scenario, scratch, metrics);
      saved.forEach(
          (branch, model) ->
              Bits.requireExact(repository.snapshot(branch), model.tensors(), metrics));
      return stored;
    }
  }

  /**
   * Records the bytes, how efficient deltas are (bits per weight, and how far that is from the
   * limit), and how many of the tensors were there already when they were stored.
   */
  private static long record(Scenario scenario, ScratchRepository scratch, Metrics metrics) {
    long stored = scratch.bytesOnDisk();
    metrics.rawBytes(scenario.rawBytes());
    metrics.limitBytes(Math.round(scenario.limitBytes()));
    metrics.storedBytes(stored);
    double weights = scenario.saves().stream().mapToLong(Model::parameters).sum();
    double met = scenario.tensorCount() - (double) scratch.repository().store().stats().tensors();
    metrics.value("bits_per_weight", 8 * stored / weights, "1", Better.LOWER);
    metrics.value(
        "over_limit_percent", 100 * (stored / scenario.limitBytes() - 1), "%", Better.LOWER);
    metrics.value("dedup_hit_percent", 100 * met / scenario.tensorCount(), "%", Better.NEITHER);
    return stored;
  }

  private static void requireRatio(Scenario scenario, long stored, double mark) {
    assertThat((double) scenario.rawBytes() / stored)
        .as("compression ratio of %s", scenario.name())
        .isGreaterThanOrEqualTo(mark);
  }
}
