package io.coralml.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.ScratchRepository;
import io.coralml.perf.models.PatternSource;
import io.coralml.perf.models.Streams;
import io.coralml.perf.qa.Room;
import io.coralml.perf.qa.Squares;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.Repository;
import io.coralml.repository.Transaction;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Loads that grow until something gives or the profile says it is enough. */
@Tag("stress")
@DisplayName("Stress")
class StressBenchmark {
  private static final long MIB = 1 << 20;

  private static List<Long> doubling(long first, long last) {
    return LongStream.iterate(first, size -> size <= last, size -> size * 2).boxed().toList();
  }

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Largest tensor: one of twice the bytes each time")
  void largestTensor(Metrics metrics, ProfileSettings settings) throws Exception {
    long last = settings.measured() ? settings.choose(16, 256, 1024, 4096) * MIB : MIB;
    Room.requireDisk(2 * last);
    BreakingPoint.search(
            doubling(MIB, last),
            bytes -> {
              PatternSource tensor =
                  new PatternSource(DType.F32, Shape.of(bytes / Float.BYTES), settings.seed());
              try (ScratchRepository scratch = ScratchRepository.create()) {
                Repository repository = scratch.repository();
                repository.transaction("main").put("t", tensor).commit("save");
                assertThat(Streams.differentBytes(tensor, repository.snapshot("main").source("t")))
                    .as("bytes that differ of " + bytes)
                    .isZero();
              }
            })
        .record(metrics, "B");
  }

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Threads: twice as many each time, each commits and reads")
  void threads(Metrics metrics, ProfileSettings settings) throws Exception {
    long last = settings.measured() ? settings.choose(16, 64, 256, 256) : 2;
    BreakingPoint.search(
            doubling(1, last),
            threads -> {
              long start = System.nanoTime();
              try (ScratchRepository scratch = ScratchRepository.create()) {
                commitAndRead(scratch.repository(), (int) threads, settings.seed());
                metrics.value(
                    "commits_per_s_at_" + threads,
                    threads / ((System.nanoTime() - start) / 1e9),
                    "ops/s",
                    Better.HIGHER);
                assertThat(scratch.repository().fsck(FsckLevel.STRUCTURE).findings()).isEmpty();
              }
            })
        .record(metrics, "threads");
  }

  private static void commitAndRead(Repository repository, int threads, long seed)
      throws Exception {
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int number = thread;
      work.add(
          () -> {
            Tensor tensor = Squares.random(32, seed + number);
            repository.transaction("b" + number).put("t", tensor).commit("one");
            return repository.snapshot("b" + number).tensor("t").equals(tensor);
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

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Repository size: commit after commit until it has so many bytes")
  void repositorySize(Metrics metrics, ProfileSettings settings) throws Exception {
    long last = settings.measured() ? settings.choose(8, 256, 1024, 4096) * MIB : MIB;
    Room.requireDisk(2 * last);
    long each = Math.max(MIB / 4, last / 64);
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      int[] commits = {0};
      BreakingPoint.search(
              doubling(MIB, last),
              bytes -> {
                while (repository.store().stats().packBytes() < bytes) {
                  repository
                      .transaction("main")
                      .put("t" + commits[0], weight(each, settings.seed() + commits[0]++))
                      .commit("more");
                }
                long start = System.nanoTime();
                try (Repository opened = Repository.open(scratch.folder())) {
                  assertThat(opened.snapshot("main").names()).hasSize(commits[0]);
                }
                metrics.value(
                    "open_ms_at_" + bytes / MIB,
                    (System.nanoTime() - start) / 1e6,
                    "ms",
                    Better.LOWER);
              })
          .record(metrics, "B");
      for (int at : new int[] {0, commits[0] / 2, commits[0] - 1}) {
        assertThat(
                Streams.differentBytes(
                    weight(each, settings.seed() + at),
                    repository.snapshot("main").source("t" + at)))
            .as("bytes that differ in t" + at)
            .isZero();
      }
    }
  }

  private static PatternSource weight(long bytes, long seed) {
    return new PatternSource(DType.F32, Shape.of(bytes / Float.BYTES), seed);
  }

  @CoralBenchmark(suite = "stress", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Extreme similarity: families of near copies, 0.1 % noise")
  void similarity(Metrics metrics, ProfileSettings settings) {
    int families = settings.choose(2, 10, 10, 10);
    int members = settings.measured() ? settings.choose(20, 100, 500, 500) : 2;
    try (ScratchRepository scratch = ScratchRepository.create()) {
      Repository repository = scratch.repository();
      List<Tensor> bases = new ArrayList<>();
      Transaction first = repository.transaction("main");
      for (int family = 0; family < families; family++) {
        bases.add(Squares.random(200, settings.seed() + family));
        first.put("family." + family, bases.get(family));
      }
      first.commit("bases");
      List<String> commits = new ArrayList<>();
      for (int member = 1; member <= members; member++) {
        Transaction next = repository.transaction("main");
        for (int family = 0; family < families; family++) {
          next.put("family." + family, member(bases.get(family), member, settings.seed()));
        }
        commits.add(next.commit("member " + member).toString());
      }
      metrics.rawBytes((members + 1L) * families * 200 * 200 * Float.BYTES);
      metrics.storedBytes(scratch.bytesOnDisk());
      long mismatched = 0;
      for (int member = 1; member <= members; member++) {
        for (int family = 0; family < families; family++) {
          Tensor back = repository.snapshot(commits.get(member - 1)).tensor("family." + family);
          mismatched += back.equals(member(bases.get(family), member, settings.seed())) ? 0 : 1;
        }
      }
      metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
      assertThat(mismatched).as("tensors that differ").isZero();
    }
  }

  private static Tensor member(Tensor base, int member, long seed) {
    return Squares.sparse(base, 0.001, 1000, seed + member);
  }
}
