package io.coralml.perf.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.format.Safetensors;
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
import io.coralml.perf.stress.ChildJvm;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** What a process holds resident: by size of tensor, over many turns, importing a large model. */
@Tag("memory")
@DisplayName("Resident memory")
class ResidentBenchmark {
  private static final int TURNS = 10;
  private static final int LEAST_HEAP_MB = 64;
  private static final int COPIES = 8;
  private static final int IMPORT_HEAP_MB = 64;
  private static final int TENSORS = 16;

  @TempDir Path folder;

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Peak resident size of saving and loading one square tensor, in a small heap")
  void bySize(Metrics metrics, ProfileSettings settings) throws Exception {
    assumeTrue(settings.measured(), "the growth below runs the same program once, as a test");
    List<Integer> sides =
        settings.choose(
            List.of(100),
            List.of(100, 500, 1000),
            List.of(100, 500, 1000, 2000),
            List.of(100, 500, 1000, 2000, 5000));
    for (int side : sides) {
      long bytes = (long) side * side * Float.BYTES;
      int heap = (int) Math.max(LEAST_HEAP_MB, (COPIES * bytes) >> 20);
      Room.requireMemory((2L * heap) << 20);
      double[] told = saveAndLoad(ChildJvm::run, heap, side, TURNS, settings.seed());
      metrics.addBytes("resident_before_at_" + side, (long) told[0], Better.NEITHER);
      metrics.addBytes("resident_peak_at_" + side, (long) told[1], Better.LOWER);
      metrics.value("resident_overhead_at_" + side, (told[1] - told[0]) / bytes, "x", Better.LOWER);
      metrics.value("heap_limit_at_" + side, heap, "MB", Better.NEITHER);
    }
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Growth of the resident size over many saves and loads, in a JVM at its full size")
  void growth(Metrics metrics, ProfileSettings settings) throws Exception {
    int turns = settings.measured() ? settings.choose(200, 500, 2000, 5000) : 40;
    double[] told = saveAndLoad(ChildJvm::runSettled, LEAST_HEAP_MB, 100, turns, settings.seed());
    metrics.addCount("turns", turns, Better.NEITHER);
    metrics.value("resident_bytes_per_turn", told[3], "B", Better.LOWER);
    metrics.value("resident_bytes_per_turn_low", told[2], "B", Better.LOWER);
    metrics.value("resident_bytes_per_turn_high", told[4], "B", Better.LOWER);
    metrics.addBytes("resident_peak", (long) told[1], Better.LOWER);
  }

  /** A way to run a program in a JVM of its own. */
  private interface Start {
    ChildJvm.Ended run(int heapMegabytes, Class<?> program, String... arguments) throws Exception;
  }

  private double[] saveAndLoad(Start start, int heap, int side, int turns, long seed)
      throws Exception {
    try (ScratchRepository scratch = ScratchRepository.create()) {
      ChildJvm.Ended ended =
          start.run(
              heap,
              SaveAndLoad.class,
              scratch.folder().toString(),
              Integer.toString(side),
              Integer.toString(turns),
              Long.toString(seed));
      assertThat(ended.exitCode()).as("exit code at %d: %s", side, ended.output()).isZero();
      String line = last(ended);
      if (line.isEmpty()) {
        throw new TestAbortedException("Skipped: this system does not tell what is resident.");
      }
      String[] words = line.split(" ", -1);
      double[] told = new double[words.length];
      for (int i = 0; i < words.length; i++) {
        told[i] = Double.parseDouble(words[i]);
      }
      return told;
    }
  }

  /** The last line a program printed; what a library may have to say stands before it. */
  private static String last(ChildJvm.Ended ended) {
    return ended.output().lines().reduce("", (before, line) -> line.isBlank() ? before : line);
  }

  @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.STANDARD)
  @DisplayName("Import of a model larger than the heap: 64 MB of heap, the model from 128 MB up")
  void largerThanHeap(Metrics metrics, ProfileSettings settings) throws Exception {
    assumeTrue(settings.measured(), "an import in a small heap is also one of coral-core's tests");
    long bytes = settings.choose(128L, 128L, 256L, 1024L) << 20;
    Room.requireDisk(3 * bytes);
    Map<String, TensorSource> model = new TreeMap<>();
    for (int i = 0; i < TENSORS; i++) {
      Shape shape = Shape.of(bytes / TENSORS / Float.BYTES);
      model.put(
          String.format(Locale.ROOT, "layer.%02d", i),
          new PatternSource(DType.F32, shape, settings.seed() + i));
    }
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, model, Map.of());
    try (ScratchRepository scratch = ScratchRepository.create()) {
      long start = System.nanoTime();
      ChildJvm.Ended ended =
          ChildJvm.run(
              IMPORT_HEAP_MB, ImportLarge.class, scratch.folder().toString(), file.toString());
      metrics.value("import_ns", (double) (System.nanoTime() - start), "ns", Better.LOWER);
      assertThat(ended.exitCode()).as("exit code: %s", ended.output()).isZero();
      metrics.addBytes("resident_peak", Long.parseLong(last(ended)), Better.LOWER);
      metrics.value("heap_limit", IMPORT_HEAP_MB, "MB", Better.NEITHER);
      metrics.rawBytes(bytes);
      metrics.storedBytes(scratch.bytesOnDisk());
      try (Repository made = Repository.open(scratch.folder())) {
        Snapshot snapshot = made.snapshot("main");
        long different = 0;
        for (Map.Entry<String, TensorSource> each : model.entrySet()) {
          different += Streams.differentBytes(each.getValue(), snapshot.source(each.getKey()));
        }
        metrics.addCount("mismatched_elements", different, Better.LOWER);
        assertThat(different).as("bytes that differ").isZero();
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
