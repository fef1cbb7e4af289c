package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Better;
import io.coralml.junit.Metrics;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.util.Map;

/** Compares tensors bit for bit. */
public final class Bits {
  private Bits() {}

  /** Counts the elements of two tensors of one dtype and shape that differ in any bit. */
  public static long mismatches(TensorSource expected, TensorSource actual) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.byteLength()).isEqualTo(expected.byteLength());
    ByteBuffer left = Tensor.copyOf(expected).data();
    ByteBuffer right = Tensor.copyOf(actual).data();
    int width = expected.dtype().isByteAligned() ? expected.dtype().bytes() : 1;
    long different = 0;
    for (int at = left.mismatch(right); at >= 0; ) {
      different++;
      int next = (at / width + 1) * width;
      int more =
          left.slice(next, left.limit() - next).mismatch(right.slice(next, right.limit() - next));
      at = more < 0 ? -1 : next + more;
    }
    return different;
  }

  /**
   * Reads every tensor of a model back, records {@code mismatched_elements}, and fails unless there
   * are none.
   */
  public static void requireExact(
      Snapshot snapshot, Map<String, ? extends TensorSource> model, Metrics metrics) {
    long mismatched = 0;
    for (Map.Entry<String, ? extends TensorSource> entry : model.entrySet()) {
      mismatched += mismatches(entry.getValue(), snapshot.tensor(entry.getKey()));
    }
    metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
    assertThat(mismatched).as("elements that differ from what was committed").isZero();
  }
}
