package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Expect;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.qa.PassLines;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.training.Checkpoint;
import io.coralml.training.CheckpointManager;
import io.coralml.training.CheckpointOptions;
import io.coralml.training.CheckpointPolicy;
import io.coralml.training.Retention;
import io.coralml.training.TrainingState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Performance QA, category 11: what checkpoints cost the thread that trains. */
@Tag("training")
@DisplayName("Training integration")
class TrainingBenchmark {
  private static final int EPOCHS = 50;
  private static final int EVERY = 5;
  private static final int KEPT = 10;
  private static final int SIDE = 1000;
  private static final long STEP_MILLIS = 50;
  private static final int LARGE_TENSORS = 100;
  private static final int LARGE_ELEMENTS = 220_000;
  private static final int PAIRS = 6;
  private static final double OVERHEAD_PERCENT = 10;

  /** A model in training: every step changes every weight a little. Its bytes are what is saved. */
  private static final class Network {
    private final Map<String, ByteBuffer> bytes = new LinkedHashMap<>();
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final SplittableRandom random;

    Network(int tensors, long[] shape, long seed) {
      random = new SplittableRandom(seed);
      for (int i = 0; i < tensors; i++) {
        Shape extents = Shape.of(shape);
        ByteBuffer buffer =
            ByteBuffer.allocate((int) extents.elements() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < buffer.capacity(); at += Float.BYTES) {
          buffer.putFloat(at, (float) (random.nextDouble() - 0.5) / 16);
        }
        bytes.put("layer." + i, buffer);
        weights.put("layer." + i, Tensor.of(DType.F32, extents, buffer));
      }
    }

    /** One pass over all weights. */
    void update() {
      float rate = (float) (1e-5 * random.nextDouble());
      for (ByteBuffer buffer : bytes.values()) {
        for (int at = 0; at < buffer.capacity(); at += Float.BYTES) {
          float weight = buffer.getFloat(at);
          buffer.putFloat(at, weight - rate * (weight * weight - 0.01f));
        }
      }
    }

    /** Passes until so much time is over; at least one. */
    void train(long millis) {
      long begun = System.nanoTime();
      do {
        update();
      } while (System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(millis));
    }

    Map<String, Tensor> copy() {
      Map<String, Tensor> copies = new LinkedHashMap<>();
      bytes.forEach(
          (name, buffer) -> {
            byte[] copy = new byte[buffer.capacity()];
            buffer.get(0, copy);
            Shape shape = weights.get(name).shape();
            copies.put(name, Tensor.of(DType.F32, shape, ByteBuffer.wrap(copy)));
          });
      return copies;
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @Tag("qa")
  @Tag("qa-11")
  @DisplayName("50 epochs, a checkpoint every 5, 1000 by 1000, 10 kept: what the trainer waits")
  @Expect(metric = "longest_wait_ns", max = 10e6)
  @Expect(metric = "checkpoints", min = EPOCHS / EVERY, max = EPOCHS / EVERY)
  void waiting(Metrics metrics, ProfileSettings settings) {
    Network network = new Network(1, new long[] {SIDE, SIDE}, settings.seed());
    CheckpointOptions options =
        CheckpointOptions.defaults()
            .saving(CheckpointPolicy.everyEpochs(EVERY))
            .keeping(Retention.last(KEPT));
    long longest = 0;
    Map<Long, Map<String, Tensor>> expected = new LinkedHashMap<>();
    try (ScratchRepository scratch = ScratchRepository.create();
        CheckpointManager checkpoints =
            CheckpointManager.open(scratch.repository(), "category-11", options)) {
      for (long epoch = 1; epoch <= EPOCHS; epoch++) {
        network.train(settings.measured() ? STEP_MILLIS : 1);
        TrainingState state = TrainingState.at(epoch, epoch).loss(1.0 / epoch);
        long begun = System.nanoTime();
        boolean saved = checkpoints.offer(state, () -> network.weights);
        longest = Math.max(longest, System.nanoTime() - begun);
        if (saved) {
          expected.put(epoch, network.copy());
        }
      }
      checkpoints.flush();
      List<Checkpoint> kept = checkpoints.checkpoints();
      metrics.value("longest_wait_ns", (double) longest, "ns", Better.LOWER);
      metrics.addCount("checkpoints", kept.size(), Better.NEITHER);
      metrics.rawBytes((long) kept.size() * SIDE * SIDE * Float.BYTES);
      metrics.storedBytes(scratch.bytesOnDisk());
      for (Checkpoint each : kept) {
        Bits.requireExact(
            scratch.repository().snapshot(each.commit()),
            expected.get(each.state().epoch()),
            metrics);
      }
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("A step of a second, with a checkpoint of 88 MB and without, in turns")
  void overhead(Metrics metrics, ProfileSettings settings) {
    int elements = settings.measured() ? LARGE_ELEMENTS : LARGE_ELEMENTS / 100;
    Network network = new Network(LARGE_TENSORS, new long[] {elements}, settings.seed());
    int passes = settings.measured() ? passesPerSecond(network) : 1;
    CheckpointOptions options =
        CheckpointOptions.defaults()
            .saving(CheckpointPolicy.everySteps(1))
            .keeping(Retention.last(2))
            .memory(2L * LARGE_TENSORS * elements * Float.BYTES);
    List<Double> ratios = new ArrayList<>();
    Map<String, Tensor> expected = Map.of();
    try (ScratchRepository scratch = ScratchRepository.create();
        CheckpointManager checkpoints =
            CheckpointManager.open(scratch.repository(), "overhead", options)) {
      for (int pair = 1; pair <= PAIRS; pair++) {
        long plain = timed(network, passes, null, pair);
        expected = network.copy();
        long saving = timed(network, passes, checkpoints, pair);
        checkpoints.flush();
        ratios.add((double) saving / plain);
      }
      Bits.requireExact(
          scratch.repository().snapshot(checkpoints.latest().orElseThrow().commit()),
          expected,
          metrics);
      assertThat(checkpoints.latest().orElseThrow().state().step()).isEqualTo(PAIRS);
    }
    if (settings.measured()) {
      ratios.sort(Double::compare);
      double median = (ratios.get(PAIRS / 2 - 1) + ratios.get(PAIRS / 2)) / 2;
      double percent = 100 * (median - 1);
      metrics.value("overhead_percent", percent, "%", Better.LOWER);
      new PassLines(metrics, settings)
          .timeAtMost("What checkpoints add to a step of a second", percent, OVERHEAD_PERCENT, "%")
          .check();
    }
  }

  private static int passesPerSecond(Network network) {
    network.train(STEP_MILLIS);
    long begun = System.nanoTime();
    int passes = 0;
    while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(1)) {
      network.update();
      passes++;
    }
    return passes;
  }

  /** The same work each time: what saving takes from it, by copying or by competing, shows. */
  private static long timed(
      Network network, int passes, @Nullable CheckpointManager checkpoints, long step) {
    long begun = System.nanoTime();
    if (checkpoints != null) {
      checkpoints.offer(TrainingState.at(0, step), () -> network.weights);
    }
    for (int i = 0; i < passes; i++) {
      network.update();
    }
    return System.nanoTime() - begun;
  }
}
