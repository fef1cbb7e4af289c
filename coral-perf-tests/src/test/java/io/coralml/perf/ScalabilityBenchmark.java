package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.models.FloatFormat;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.repository.Transaction;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.ValueSource;

/** How cost grows: with the number of weights in a repository, of commits, and of threads. */
@Tag("scalability")
@DisplayName("Scalability")
class ScalabilityBenchmark {
  private static final int SIDE = 16;

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Commit many small weights at once, then read one")
  @ValueSource(ints = {10, 100, 1000})
  void weights(int count, Metrics metrics, ProfileSettings settings) throws Exception {
    int scaled = count * settings.scale();
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      Transaction transaction = repository.transaction("main");
      for (int i = 0; i < scaled; i++) {
        transaction.put("weight." + i, small(settings.seed() + i));
      }
      metrics.itemsPerOp(scaled);
      metrics.time("commit_ns", () -> transaction.commit("all at once"));
      Snapshot snapshot = repository.snapshot("main");
      Tensor one = metrics.timed("read_one_ns", () -> snapshot.tensor("weight." + scaled / 2));
      assertThat(one).isEqualTo(small(settings.seed() + scaled / 2));
      metrics.storedBytes(scratch.bytesOnDisk());
      metrics.rawBytes((long) scaled * SIDE * SIDE * Float.BYTES);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Threads that commit the real sample's tensors to branches of their own")
  @ValueSource(ints = {1, 2, 4, 8})
  void threads(int threads, Metrics metrics) throws Exception {
    Map<String, Tensor> model = RealPair.base(FloatFormat.BF16);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      List<Callable<Integer>> committers = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        String branch = "thread-" + thread;
        committers.add(() -> commitOneByOne(repository, branch, model));
      }
      int commits = metrics.timed("all_commits_ns", () -> sum(committers));
      metrics.addCount("commits", commits, Better.NEITHER);
      assertThat(commits).isEqualTo(threads * model.size());
      for (int thread = 0; thread < threads; thread++) {
        Bits.requireExact(repository.snapshot("thread-" + thread), model, metrics);
      }
    }
  }

  private static int commitOneByOne(
      Repository repository, String branch, Map<String, Tensor> model) {
    model.forEach(
        (name, tensor) -> repository.transaction(branch).put(name, tensor).commit("add " + name));
    return model.size();
  }

  private static int sum(List<Callable<Integer>> committers) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(committers.size());
    try {
      int sum = 0;
      for (Future<Integer> done : pool.invokeAll(committers)) {
        sum += done.get();
      }
      return sum;
    } finally {
      pool.shutdown();
    }
  }

  private static Tensor small(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return Tensor.of(values, SIDE, SIDE);
  }
}
