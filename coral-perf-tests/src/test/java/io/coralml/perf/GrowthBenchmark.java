package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.io.FileStorage;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.stats.Growth;
import io.coralml.junit.stats.Sample;
import io.coralml.perf.models.Architecture;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.Model;
import io.coralml.perf.models.PatternSource;
import io.coralml.perf.models.Streams;
import io.coralml.perf.qa.PassLines;
import io.coralml.perf.qa.Room;
import io.coralml.perf.qa.Squares;
import io.coralml.perf.scale.Bottleneck;
import io.coralml.perf.scale.CommitProcess;
import io.coralml.perf.scale.CommitProcesses;
import io.coralml.perf.scale.Curve;
import io.coralml.perf.scale.RateCurve;
import io.coralml.perf.scale.WatchedStorage;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.repository.Transaction;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import io.qameta.allure.Allure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Growth classes, bottlenecks and degradation points: how time grows with the parameters of a
 * model, with the weights of a repository and with threads.
 */
@Tag("scalability")
@DisplayName("Growth")
class GrowthBenchmark {
  private static final List<Integer> WEIGHTS =
      List.of(10, 32, 100, 316, 1000, 3162, 10_000, 31_623, 100_000);
  private static final int SINGLE_COMMITS = 9;

  @TempDir Path folder;

  /** The synthetic architectures, each at the size the profile allows. */
  enum Kind {
    RESNET {
      @Override
      Architecture of(int scale) {
        return Architecture.resNet(scale * 16);
      }
    },
    TRANSFORMER {
      @Override
      Architecture of(int scale) {
        return Architecture.transformer(2, scale * 192, 1000);
      }
    },
    RNN {
      @Override
      Architecture of(int scale) {
        return Architecture.rnn(2, 128, scale * 256);
      }
    },
    U_NET {
      @Override
      Architecture of(int scale) {
        return Architecture.uNet(scale * 12);
      }
    };

    abstract Architecture of(int scale);
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("A freshly initialised network, streamed in and compared as it is streamed out")
  @EnumSource(Kind.class)
  void architecture(Kind kind, Metrics metrics, ProfileSettings settings) throws Exception {
    int scale = settings.measured() ? settings.choose(1, 1, 4, 8) : 1;
    Model model = kind.of(scale).initialised(FloatFormat.BF16, settings.seed());
    Room.requireDisk(model.rawBytes());
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      metrics.time(
          "commit_ns", () -> repository.transaction("main").putAll(model.tensors()).commit("all"));
      Snapshot snapshot = repository.snapshot("main");
      long different = 0;
      for (Map.Entry<String, TensorSource> each : model.tensors().entrySet()) {
        different += Streams.differentBytes(each.getValue(), snapshot.source(each.getKey()));
      }
      metrics.addCount("parameters", model.parameters(), Better.NEITHER);
      metrics.rawBytes(model.rawBytes());
      metrics.limitBytes(Math.round(model.limitBytes()));
      metrics.storedBytes(scratch.bytesOnDisk());
      metrics.addCount("mismatched_elements", different, Better.LOWER);
      assertThat(different).as("bytes that differ").isZero();
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Parameters: one tensor of 1 M to 1 B and more, never in memory")
  void parameters(Metrics metrics, ProfileSettings settings) throws Exception {
    int doublings = settings.measured() ? settings.choose(2, 6, 8, 10) : 1;
    Curve curve = new Curve("commit", "parameters");
    for (int i = 0; i <= doublings; i++) {
      long parameters = 1L << (20 + i);
      TensorSource tensor =
          new PatternSource(DType.BF16, Shape.of(parameters), settings.seed() + i);
      Room.requireDisk(2 * tensor.byteLength());
      curve.add((double) parameters, (double) stream(tensor, parameters, metrics));
    }
    curve.record(metrics).ifPresent(growth -> hold(growth, 1.15, metrics, settings));
  }

  /** Commits one tensor, compares it as it is streamed out, and returns the commit's time in ns. */
  private static long stream(TensorSource tensor, long parameters, Metrics metrics)
      throws Exception {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      WatchedStorage storage = watched(scratch);
      try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
        long[] nanos = new long[1];
        Bottleneck bottleneck =
            Bottleneck.of(
                storage,
                1,
                () -> {
                  long start = System.nanoTime();
                  repository.transaction("main").put("t", tensor).commit("save");
                  nanos[0] = System.nanoTime() - start;
                });
        bottleneck.record(metrics, parameters);
        metrics.value("commit_ms_at_" + parameters, nanos[0] / 1e6, "ms", Better.LOWER);
        assertThat(Streams.differentBytes(tensor, repository.snapshot("main").source("t")))
            .as("bytes that differ of " + parameters + " parameters")
            .isZero();
        return nanos[0];
      }
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Weights: a commit of one tensor to a repository of ever more")
  void weights(Metrics metrics, ProfileSettings settings) throws Exception {
    List<Integer> counts =
        settings.measured()
            ? settings.choose(
                WEIGHTS.subList(0, 3), WEIGHTS.subList(0, 5), WEIGHTS.subList(0, 7), WEIGHTS)
            : WEIGHTS.subList(0, 2);
    Curve curve = new Curve("commit_one", "weights");
    try (ScratchRepository scratch = ScratchRepository.create()) {
      WatchedStorage storage = watched(scratch);
      try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
        int stored = 0;
        for (int count : counts) {
          fill(repository, stored, count, settings.seed());
          stored = count;
          double[] single = new double[SINGLE_COMMITS];
          long seed = settings.seed() - 1 - count * 10L;
          Bottleneck bottleneck =
              Bottleneck.of(storage, 1, () -> commitSingly(repository, seed, single));
          bottleneck.record(metrics, count);
          double median = Sample.of(single).median();
          curve.add(count, median);
          metrics.value("commit_one_ms_at_" + count, median / 1e6, "ms", Better.LOWER);
        }
        verifyUntouched(repository, stored, settings.seed());
      }
    }
    curve.record(metrics).ifPresent(growth -> hold(growth, 0.5, metrics, settings));
  }

  private static void fill(Repository repository, int from, int to, long seed) {
    Transaction more = repository.transaction("main");
    for (int i = from; i < to; i++) {
      more.put("weight." + i, Squares.random(16, seed + i));
    }
    more.commit("up to " + to);
  }

  private static void commitSingly(Repository repository, long seed, double[] nanos) {
    for (int i = 0; i < nanos.length; i++) {
      Tensor tensor = Squares.random(16, seed - i);
      long start = System.nanoTime();
      repository.transaction("main").put("weight.0", tensor).commit("one");
      nanos[i] = System.nanoTime() - start;
      assertThat(repository.snapshot("main").tensor("weight.0")).isEqualTo(tensor);
    }
  }

  /** Every weight but the first is what was put at first, however many commits came after it. */
  private static void verifyUntouched(Repository repository, int stored, long seed) {
    Snapshot snapshot = repository.snapshot("main");
    assertThat(snapshot.names()).hasSize(stored);
    for (int i = 1; i < stored; i += Math.max(1, stored / 1000)) {
      assertThat(snapshot.tensor("weight." + i)).isEqualTo(Squares.random(16, seed + i));
    }
  }

  private static WatchedStorage watched(ScratchRepository scratch) {
    return new WatchedStorage(FileStorage.open(scratch.folder().resolve(Repository.DIRECTORY)));
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Threads: commits per second, what limits them, and from where on more threads harm")
  void threads(Metrics metrics, ProfileSettings settings) throws Exception {
    int most = settings.measured() ? settings.choose(4, 16, 64, 64) : 2;
    RateCurve curve = new RateCurve("commits_per_s", "threads");
    StringBuilder limits = new StringBuilder();
    for (int threads = 1; threads <= most; threads *= 2) {
      try (ScratchRepository scratch = ScratchRepository.create()) {
        WatchedStorage storage = watched(scratch);
        try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
          int number = threads;
          long start = System.nanoTime();
          Bottleneck bottleneck =
              Bottleneck.of(storage, threads, () -> commit(repository, number, settings.seed()));
          curve.add(threads, 5.0 * threads / ((System.nanoTime() - start) / 1e9));
          metrics.value(
              "forces_per_commit_at_" + threads,
              storage.forces() / (5.0 * threads),
              "1",
              Better.LOWER);
          bottleneck.record(metrics, threads);
          limits.append(threads).append(" threads: ").append(bottleneck.resource()).append('\n');
        }
      }
    }
    curve.record(metrics);
    Allure.addAttachment("what limits commits", "text/plain", limits.toString());
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Processes: commits per second, what limits them, and from where on more do harm")
  void processes(Metrics metrics, ProfileSettings settings) throws Exception {
    // To tell a class of growth takes a factor of 16 from 2 up.
    int most = settings.measured() ? settings.choose(1, 4, 16, 32) : 1;
    // Most of the time goes to JVMs that start; all of a run commit equally often, so as warm.
    int commits = settings.measured() ? settings.choose(20, 20, 20, 60) : 2;
    RateCurve curve = new RateCurve("commits_per_s", "processes");
    StringBuilder limits = new StringBuilder();
    for (int processes = 1; processes <= most; processes *= 2) {
      try (ScratchRepository scratch = ScratchRepository.create()) {
        Path logs = Files.createDirectory(folder.resolve("processes" + processes));
        CommitProcesses.Done done =
            CommitProcesses.run(scratch.folder(), logs, processes, commits, settings.seed());
        for (int i = 0; i < processes; i++) {
          String branch = CommitProcesses.branch(i);
          assertThat(scratch.repository().log(branch)).hasSize(commits + 1);
          assertThat(scratch.repository().snapshot(branch).tensor("t"))
              .isEqualTo(CommitProcess.state(CommitProcesses.seed(settings.seed(), i), commits));
        }
        curve.add(processes, done.perSecond());
        done.bottleneck().record(metrics, processes);
        limits.append(processes).append(" processes: ").append(done.bottleneck().resource());
        limits.append('\n');
      }
    }
    curve.record(metrics);
    Allure.addAttachment("what limits processes", "text/plain", limits.toString());
  }

  private static void commit(Repository repository, int threads, long seed) throws Exception {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      String branch = "b" + thread;
      long own = seed + 100L * thread;
      work.add(
          () -> {
            boolean exact = true;
            for (int i = 0; i < 5; i++) {
              Tensor tensor = Squares.random(100, own + i);
              repository.transaction(branch).put("t", tensor).commit("commit " + i);
              exact &= repository.snapshot(branch).tensor("t").equals(tensor);
            }
            return exact;
          });
    }
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (Future<Boolean> exact : pool.invokeAll(work)) {
        assertThat(exact.get()).as("what a thread committed came back exact").isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** Holds the exponent to a line about time. */
  private static void hold(
      Growth growth, double exponent, Metrics metrics, ProfileSettings settings) {
    new PassLines(metrics, settings)
        .requireOfTime(growth.exponent().low() <= exponent, growth.sentence())
        .check();
  }
}
