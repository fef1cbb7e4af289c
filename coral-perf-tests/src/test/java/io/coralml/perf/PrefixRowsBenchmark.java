package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a base of another number of rows would bring: the rows that two matrices share, encoded
 * against the base's, and the rest alone, against the whole alone, which is how such a tensor is
 * stored now. Both parts are really encoded and decoded.
 */
@Tag("clustering")
@DisplayName("Clustering: a base of other rows")
class PrefixRowsBenchmark {

  @CoralBenchmark(mode = Mode.SCENARIO)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("A head resized, a vocabulary extended")
  @CsvSource({
    "vocabulary extended by 64 and tuned, 2000, 2064, 256, 0.01",
    "vocabulary extended by 64 and frozen, 2000, 2064, 256, 0",
    "head resized from 1000 to 10, 1000, 10, 512, 0.1",
    "head resized from 10 to 100, 10, 100, 2048, 0.1"
  })
  void rows(
      String what,
      int before,
      int after,
      int width,
      double update,
      Metrics metrics,
      ProfileSettings settings) {
    Families.Filling filling = new Families.Filling(settings.seed());
    Tensor base = filling.random(1, before, width);
    int common = Math.min(before, after);
    Tensor kept = filling.updated(rows(base, 0, common), update, 2);
    long added = (long) after - common;
    Tensor fresh = filling.random(3, added, width);
    Tensor target = joined(kept, fresh, width);
    TensorCodec codec = TensorCodec.of(Effort.BALANCED);
    long alone = codec.encode(target, null).length();
    Encoded shared = codec.encode(kept, rows(base, 0, common));
    assertThat(TensorCodec.decode(shared, rows(base, 0, common))).isEqualTo(kept);
    long rest = added > 0 ? codec.encode(fresh, null).length() : 0;
    long split = shared.length() + rest;
    metrics.rawBytes(target.byteLength());
    metrics.addBytes("alone_bytes", alone, Better.NEITHER);
    metrics.addBytes("prefix_rows_bytes", split, Better.LOWER);
    metrics.value("gain_percent", 100 * (1 - (double) split / alone), "%", Better.HIGHER);
    assertThat(split).as(what).isLessThan(alone);
  }

  private static Tensor rows(Tensor from, int first, int count) {
    int width = (int) from.shape().dim(1);
    ByteBuffer bytes = from.data().slice(first * width * Float.BYTES, count * width * Float.BYTES);
    return Tensor.of(from.dtype(), Shape.of(count, width), bytes);
  }

  private static Tensor joined(Tensor top, Tensor bottom, int width) {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) (top.byteLength() + bottom.byteLength()))
            .put(top.data())
            .put(bottom.data())
            .flip();
    return Tensor.of(
        top.dtype(), Shape.of(top.shape().dim(0) + bottom.shape().dim(0), width), bytes);
  }
}
