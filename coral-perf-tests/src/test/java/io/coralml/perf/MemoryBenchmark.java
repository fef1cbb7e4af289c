package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.memory.Allocation;
import io.coralml.perf.models.FloatFormat;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * What reading costs in memory: bytes allocated per load, and how much less a lazy view reads than
 * an eager one.
 */
@Tag("memory")
@DisplayName("Memory")
class MemoryBenchmark {
  private ScratchRepository scratch;
  private Map<String, Tensor> model;

  @BeforeEach
  void commitTheRealSample() {
    scratch = ScratchRepository.create();
    model = RealPair.tuned(FloatFormat.F16);
    ModelStore.commit(scratch.repository(), "main", RealPair.base(FloatFormat.F16));
    ModelStore.commit(scratch.repository(), "main", model);
  }

  @AfterEach
  void deleteIt() {
    scratch.close();
  }

  @CoralBenchmark
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Open a snapshot and read its largest tensor")
  void readOne(Blackhole blackhole) {
    blackhole.consume(scratch.repository().snapshot("main").tensor(RealPair.MATRIX));
  }

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Lazy loading against eager: one tensor, then all of them")
  void lazyAgainstEager(Metrics metrics) {
    Repository repository = scratch.repository();
    Bits.requireExact(repository.snapshot("main"), model, metrics);
    long before = Allocation.currentThreadBytes();
    Snapshot snapshot = repository.snapshot("main");
    Tensor one = snapshot.tensor(RealPair.MATRIX);
    long afterOne = Allocation.currentThreadBytes();
    long read = 0;
    for (String name : snapshot.names()) {
      read += snapshot.tensor(name).byteLength();
    }
    long afterAll = Allocation.currentThreadBytes();
    assertThat(one).isEqualTo(model.get(RealPair.MATRIX));
    assertThat(read).isEqualTo(ModelStore.rawBytes(model));
    metrics.addBytes("lazy_allocated_bytes", afterOne - before, Better.LOWER);
    metrics.addBytes("eager_allocated_bytes", afterAll - afterOne, Better.LOWER);
    metrics.ratio("eager_to_lazy", "eager_allocated_bytes", "lazy_allocated_bytes", Better.HIGHER);
  }
}
