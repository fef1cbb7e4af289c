package io.coralml.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.CorruptDataException;
import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the reader of index runs whatever the fuzzer thinks of, as it is and under a right head and
 * checksum. {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The reader of index runs, fuzzed,")
class RunFileFuzzTest {
  private static final String NAME = "fuzzed" + RunFile.SUFFIX;
  private static final String PATH = SketchIndex.DIRECTORY + "/" + NAME;

  @FuzzTest(maxDuration = "60s")
  @DisplayName("gives a run that can be searched and merged, or a CorruptDataException")
  void opens(byte[] input) {
    open(input);
    open(signed(input));
  }

  private static void open(byte[] bytes) {
    MemoryStorage storage = new MemoryStorage();
    storage.plant(PATH, bytes);
    try (Sorted onDisk = RunFile.open(storage, SketchIndex.DIRECTORY, NAME, -1);
        Sorted inMemory = RunFile.open(storage, SketchIndex.DIRECTORY, NAME, Long.MAX_VALUE)) {
      assertThat(inMemory.entries()).isEqualTo(onDisk.entries());
      assertThat(RunMerge.prefixes(inMemory)).isEqualTo(RunMerge.prefixes(onDisk));
      Sketch sketch = sketch();
      assertThat(found(inMemory, sketch)).isEqualTo(found(onDisk, sketch));
      RunMerge merge = new RunMerge(onDisk, inMemory, any -> true);
      assertThat(merge.inMemory().entries()).isEqualTo(onDisk.entries());
    } catch (CorruptDataException expected) {
      // The bytes are no run, and that was said.
    }
  }

  private static Object found(Run run, Sketch sketch) {
    Hits hits = new Hits(sketch, 4);
    run.search(sketch, hits);
    return hits.ids();
  }

  /** The sketch of tensor 1 of the seed files. */
  private static Sketch sketch() {
    float[] values = new float[1200];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * i);
    }
    return Sketch.of(Sample.of(Tensor.of(values))).orElseThrow();
  }

  /** Returns the bytes as the body of a run: with head, whole entries and checksum. */
  private static byte[] signed(byte[] body) {
    int entries = body.length / Run.ENTRY_BYTES;
    ByteBuffer file =
        ByteBuffer.allocate(RunFile.HEAD + entries * Run.ENTRY_BYTES + RunFile.TAIL)
            .put(RunFile.MAGIC)
            .putInt(RunFile.VERSION)
            .putInt(entries)
            .put(body, 0, entries * Run.ENTRY_BYTES);
    CRC32C crc = new CRC32C();
    crc.update(file.array(), 0, file.position());
    file.putInt((int) crc.getValue());
    return Arrays.copyOf(file.array(), file.capacity());
  }
}
