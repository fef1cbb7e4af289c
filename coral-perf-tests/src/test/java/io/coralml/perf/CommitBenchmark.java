package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * How long a small durable commit takes. Each commits a tensor that the repository has never seen,
 * so nothing is saved by deduplication; the repository grows as it does in training, merges of
 * packs included.
 */
@Tag("performance")
@DisplayName("Commit")
class CommitBenchmark {
  private static final int SIDE = 64;

  private final byte[] values = new byte[SIDE * SIDE * Float.BYTES];
  private ScratchRepository scratch;
  private Tensor last;
  private long number;

  /** Makes the repository that is committed to. */
  ScratchRepository repository() {
    return ScratchRepository.create();
  }

  @BeforeEach
  void start(Metrics metrics, ProfileSettings settings) {
    scratch = repository();
    new SplittableRandom(settings.seed()).nextBytes(values);
    metrics.bytesPerOp(values.length);
  }

  @AfterEach
  void check() {
    if (scratch == null) {
      return; // the set-up went no further
    }
    try (ScratchRepository closing = scratch) {
      // A benchmark that ran in JVMs of its own has committed nothing here, and was checked there.
      if (last != null) {
        assertThat(closing.repository().snapshot("main").tensor("step")).isEqualTo(last);
      }
    }
  }

  @CoralBenchmark
  @Profile(BenchmarkProfile.QUICK)
  @Baseline(margin = 0.03)
  @DisplayName("Commit one changed 16 kB tensor, durably")
  void commit(Blackhole blackhole) {
    byte[] bytes = values.clone();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, ++number);
    last = Tensor.of(DType.F32, Shape.of(SIDE, SIDE), ByteBuffer.wrap(bytes));
    blackhole.consume(
        scratch.repository().transaction("main").put("step", last).commit("step " + number));
  }
}
