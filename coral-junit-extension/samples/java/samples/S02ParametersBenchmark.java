package samples;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Blackhole;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Profile;
import java.util.Arrays;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parameters come from Jupiter's own argument sources, one measurement each, and stand before what
 * is injected. Declare how many bytes an operation processes, and MB/s are derived.
 *
 * <pre>
 * checksum algorithm=ADLER32   5.1 µs/op, 12.8 GB/s
 * checksum algorithm=CRC32     1.2 µs/op, 55 GB/s
 * </pre>
 */
@Profile(BenchmarkProfile.QUICK)
class S02ParametersBenchmark {
  private static final int SIZE = 64 * 1024;

  private final byte[] data = new byte[SIZE];

  enum Algorithm {
    CRC32 {
      @Override
      Checksum create() {
        return new CRC32();
      }
    },
    ADLER32 {
      @Override
      Checksum create() {
        return new Adler32();
      }
    };

    abstract Checksum create();
  }

  /** One measurement for each constant; the bytes are the same for all. */
  @CoralBenchmark(suite = "samples", bytesPerOp = SIZE)
  @EnumSource
  void checksum(Algorithm algorithm, Blackhole hole) {
    Checksum checksum = algorithm.create();
    checksum.update(data);
    hole.consume(checksum.getValue());
  }

  /** The bytes depend on an argument, so they are declared by the benchmark itself. */
  @CoralBenchmark(suite = "samples")
  @ValueSource(ints = {1_024, 65_536})
  void fill(int size, Blackhole hole, Metrics metrics) {
    metrics.bytesPerOp(size);
    Arrays.fill(data, 0, size, (byte) 7);
    hole.consume(data);
  }

  /** Several parameters, one line for each measurement. */
  @CoralBenchmark(suite = "samples")
  @CsvSource({"1, 10", "1, 1000"})
  void sum(int from, int to, Blackhole hole) {
    int sum = 0;
    for (int i = from; i <= to; i++) {
      sum += data[i];
    }
    hole.consume(sum);
  }
}
