package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.qa.PassLines;
import io.coralml.tensor.Tensor;
import io.coralml.training.CheckpointManager;
import io.coralml.training.CheckpointOptions;
import io.coralml.training.CheckpointPolicy;
import io.coralml.training.Retention;
import io.coralml.training.TrainingState;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * What checkpoints of 88 MB take from training. A step is so many passes over all weights as take a
 * second of one processor; turns of {@value #STEPS} steps with a checkpoint at each and without
 * alternate. A checkpoint costs the trainer in three ways, told apart here:
 *
 * <ul>
 *   <li>{@code waited_ns}: how long a step waits while the weights are copied;
 *   <li>{@code step_cpu_percent}: by how much the processor time of the same step grows, because
 *       caches and memory are shared;
 *   <li>{@code commit_cpu_ns}: the processor time of everything else in this process, collections
 *       and compilation too. It costs the step nothing where a processor is free, and its share
 *       where none is.
 * </ul>
 *
 * <p>{@code each_step_percent} is all of it together as the clock shows it, {@code
 * each_10_steps_percent} what is left of it when every tenth step has a checkpoint. Those two mean
 * something on a quiet machine only; the three above do on any.
 */
@Tag("training")
@DisplayName("What checkpoints add to a step")
class CheckpointOverheadBenchmark {
  private static final int TENSORS = 100;
  private static final int ELEMENTS = 220_000;
  private static final int STEPS = 4;
  private static final long STEP_MILLIS = 1000;
  private static final int SELDOM = 10;
  private static final double MARK_PERCENT = 10;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** A turn of steps. */
  private record Turn(long wall, long stepCpu, long otherCpu, List<Long> waits) {}

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("A step that keeps one processor busy for a second, 88 MB at each")
  void oneProcessor(Metrics metrics, ProfileSettings settings) {
    double percent = measure(1, settings.choose(3, 3, 3, 4), metrics, settings);
    if (settings.measured()) {
      new PassLines(metrics, settings)
          .timeAtMost("What a checkpoint at each step adds to it", percent, MARK_PERCENT, "%")
          .check();
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.FULL)
  @DisplayName("A step that keeps all processors busy for a second, 88 MB at each")
  void allProcessors(Metrics metrics, ProfileSettings settings) {
    int all = Runtime.getRuntime().availableProcessors();
    double percent = measure(all, settings.choose(3, 3, 2, 4), metrics, settings) / SELDOM;
    if (settings.measured()) {
      new PassLines(metrics, settings)
          .timeAtMost("What a checkpoint at every tenth step adds", percent, MARK_PERCENT, "%")
          .check();
    }
  }

  /** Returns by how many percent steps are longer when each has a checkpoint. */
  private static double measure(
      int processors, int pairs, Metrics metrics, ProfileSettings settings) {
    int elements = settings.measured() ? ELEMENTS : ELEMENTS / 100;
    int tensors = settings.measured() ? TENSORS : 4;
    TrainedNetwork network = new TrainedNetwork(tensors, settings.seed(), elements);
    network.train(settings.measured() ? STEP_MILLIS : 1);
    int passes = settings.measured() ? network.train(STEP_MILLIS) * processors : 1;
    long bytes = (long) tensors * elements * Float.BYTES;
    CheckpointOptions options =
        CheckpointOptions.defaults()
            .saving(CheckpointPolicy.everySteps(1))
            .keeping(Retention.last(2))
            .memory(2 * bytes + (1 << 20));
    List<Turn> plain = new ArrayList<>();
    List<Turn> saving = new ArrayList<>();
    try (ScratchRepository scratch = ScratchRepository.create();
        CheckpointManager checkpoints =
            CheckpointManager.open(scratch.repository(), "overhead", options)) {
      AtomicLong step = new AtomicLong();
      // The first pair is a rehearsal: code is compiled, buffers are made.
      for (int pair = 0; pair <= (settings.measured() ? pairs : 1); pair++) {
        plain.add(turn(network, passes, processors, () -> false, () -> {}));
        saving.add(
            turn(
                network,
                passes,
                processors,
                () ->
                    checkpoints.offer(
                        TrainingState.at(0, step.incrementAndGet()), network::weights),
                checkpoints::flush));
      }
      Map<String, Tensor> expected = network.copy();
      checkpoints.save(TrainingState.at(0, step.incrementAndGet()), network.weights());
      checkpoints.flush();
      assertThat(checkpoints.latest().orElseThrow().state().step()).isEqualTo(step.get());
      Bits.requireExact(
          scratch.repository().snapshot(checkpoints.latest().orElseThrow().commit()),
          expected,
          metrics);
    }
    return settings.measured()
        ? report(plain.subList(1, plain.size()), saving.subList(1, saving.size()), metrics)
        : 0;
  }

  private interface Offer {
    boolean made();
  }

  private static Turn turn(
      TrainedNetwork network, int passes, int processors, Offer offer, Runnable after) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    List<Long> waits = new ArrayList<>();
    long offering = 0;
    AtomicLong stepCpu = new AtomicLong();
    long cpuBefore = system.getProcessCpuTime();
    long begun = System.nanoTime();
    for (int i = 0; i < STEPS; i++) {
      long cpu = THREADS.getCurrentThreadCpuTime();
      long before = System.nanoTime();
      if (offer.made()) {
        waits.add(System.nanoTime() - before);
      }
      offering += THREADS.getCurrentThreadCpuTime() - cpu;
      step(network, passes, processors, stepCpu);
    }
    long wall = System.nanoTime() - begun;
    after.run();
    long otherCpu = system.getProcessCpuTime() - cpuBefore - stepCpu.get() - offering;
    return new Turn(wall, stepCpu.get(), otherCpu, waits);
  }

  /** The same work each time, shared between so many threads. */
  private static void step(TrainedNetwork network, int passes, int threads, AtomicLong cpu) {
    float rate = network.nextRate();
    List<Thread> running = new ArrayList<>();
    for (int part = 0; part < threads; part++) {
      int mine = part;
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < passes; i++) {
                  network.update(mine, threads, rate);
                }
                cpu.addAndGet(THREADS.getCurrentThreadCpuTime());
              },
              "training " + mine);
      thread.start();
      running.add(thread);
    }
    running.forEach(CheckpointOverheadBenchmark::join);
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Nobody interrupts a benchmark.", e);
    }
  }

  private static double report(List<Turn> plain, List<Turn> saving, Metrics metrics) {
    List<Double> wall = new ArrayList<>();
    List<Double> cpu = new ArrayList<>();
    List<Double> commit = new ArrayList<>();
    List<Double> waits = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      Turn with = saving.get(i);
      wall.add(100 * ((double) with.wall / plain.get(i).wall - 1));
      cpu.add(100 * ((double) with.stepCpu / plain.get(i).stepCpu - 1));
      commit.add((double) with.otherCpu / Math.max(1, with.waits.size()));
      with.waits.forEach(wait -> waits.add((double) wait));
    }
    int offered = saving.size() * STEPS;
    double percent = median(wall);
    metrics.value("waited_ns", median(waits), "ns", Better.LOWER);
    metrics.value("step_cpu_percent", median(cpu), "%", Better.LOWER);
    metrics.value("commit_cpu_ns", median(commit), "ns", Better.LOWER);
    metrics.value("each_step_percent", percent, "%", Better.LOWER);
    metrics.value("each_10_steps_percent", percent / SELDOM, "%", Better.LOWER);
    metrics.addCount("put_off", offered - waits.size(), Better.LOWER);
    return percent;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }
}
