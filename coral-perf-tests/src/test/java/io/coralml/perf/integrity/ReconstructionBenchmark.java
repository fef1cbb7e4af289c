package io.coralml.perf.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.codec.Effort;
import io.coralml.format.Npy;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.ProfileSettings;
import io.coralml.perf.Bits;
import io.coralml.perf.ScratchRepository;
import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryOptions;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** Values, formats and byte orders: exact through every cycle. */
@Tag("integrity")
@DisplayName("Integrity of values and formats")
class ReconstructionBenchmark {
  private static final int ELEMENTS = 3000;
  private static final int CYCLES = 4;

  @TempDir Path folder;

  /** The kinds of values the list of integrity names, from one seed. */
  private static Map<String, Tensor> values(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Tensor> values = new LinkedHashMap<>();
    values.put("randn", floats(random, x -> x));
    values.put("tiny", floats(random, x -> x * 1e-8));
    values.put("large", floats(random, x -> x * 1e6));
    values.put("sparse", floats(random, x -> x > 2 ? 1 : 0));
    values.put("mixed", floats(random, x -> x > 0 ? x * 1e15 : x * 1e-15));
    double[] doubles = random.doubles(ELEMENTS, -1, 1).toArray();
    doubles[0] = -0.0;
    doubles[1] = Double.longBitsToDouble(0x7ff0000000000123L);
    doubles[2] = Double.MIN_VALUE;
    values.put("f64", Tensor.of(doubles));
    values.put("i64", Tensor.of(random.longs(ELEMENTS).toArray()));
    values.put("i32", Tensor.of(random.ints(ELEMENTS).toArray()));
    return values;
  }

  private static Tensor floats(SplittableRandom random, DoubleUnaryOperator change) {
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      double sum = -6;
      for (int k = 0; k < 12; k++) {
        sum += random.nextDouble();
      }
      values[i] = (float) change.applyAsDouble(sum);
    }
    return Tensor.of(values);
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName(
      "Reconstruction: every kind of value, at every effort, alone and as a delta, four cycles")
  void reconstruction(Metrics metrics, ProfileSettings settings) {
    for (Effort effort : Effort.values()) {
      RepositoryOptions options = RepositoryOptions.defaults().withEffort(effort);
      try (ScratchRepository scratch = ScratchRepository.create(options)) {
        Repository repository = scratch.repository();
        for (int cycle = 0; cycle < CYCLES; cycle++) {
          // The first cycle stores alone, each later one against what the one before has left.
          Map<String, Tensor> model = values(settings.seed() + cycle);
          repository.transaction("main").putAll(model).commit("cycle " + cycle);
          Bits.requireExact(repository.snapshot("main"), model, metrics);
          metrics.addCount("round_trips", model.size(), Better.NEITHER);
        }
        // What came back is stored again: the very same tensors, so nothing to add.
        Map<String, Tensor> back = new LinkedHashMap<>();
        repository.snapshot("main").sources().forEach((n, s) -> back.put(n, Tensor.copyOf(s)));
        long tensors = repository.store().stats().tensors();
        repository.transaction("again").putAll(back).commit("again");
        assertThat(repository.store().stats().tensors()).as("tensors stored").isEqualTo(tensors);
      }
    }
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Safetensors: every dtype, empty, 0-d and 5-D tensors and metadata, in and out")
  void safetensors(Metrics metrics, ProfileSettings settings) throws Exception {
    Map<String, Tensor> model = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(settings.seed());
    for (DType dtype : DType.known()) {
      byte[] bytes = new byte[64 * dtype.bits() / 8];
      random.nextBytes(bytes);
      if (dtype.equals(DType.BOOL)) {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] &= 1;
        }
      }
      model.put(dtype.name(), Tensor.of(dtype, Shape.of(64), ByteBuffer.wrap(bytes)));
    }
    model.put("empty", Tensor.of(new float[0], 0, 3));
    model.put("scalar", Tensor.of(DType.F32, Shape.scalar(), ByteBuffer.allocate(4)));
    model.put("five", Tensor.of(new float[32], 2, 2, 2, 2, 2));
    Map<String, String> notes = Map.of("format", "pt", "note", "ünïcode \"quoted\"");
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    Safetensors.write(first, model, notes);
    try (ScratchRepository scratch = ScratchRepository.create();
        TensorFile file = Safetensors.open(first)) {
      Repository repository = scratch.repository();
      repository.transaction("main").putAll(file).commit("import");
      Bits.requireExact(repository.snapshot("main"), model, metrics);
      Safetensors.write(
          second,
          repository.snapshot("main").sources(),
          repository.snapshot("main").modelMetadata());
    }
    try (TensorFile file = Safetensors.open(second)) {
      assertThat(file.metadata()).containsAllEntriesOf(notes);
      assertThat(file.names()).containsExactlyInAnyOrderElementsOf(model.keySet());
      long mismatched = 0;
      for (Map.Entry<String, Tensor> each : model.entrySet()) {
        mismatched += Bits.mismatches(each.getValue(), file.tensor(each.getKey()));
      }
      metrics.addCount("mismatched_elements", mismatched, Better.LOWER);
      metrics.addCount("round_trips", model.size(), Better.NEITHER);
      assertThat(mismatched).as("elements that differ").isZero();
    }
  }

  @CoralBenchmark(suite = "integrity", mode = Mode.SCENARIO, repetitions = 1)
  @Profile(BenchmarkProfile.QUICK)
  @DisplayName("Byte order: a big-endian file gives the numbers a little-endian one gives")
  void byteOrder(Metrics metrics) throws Exception {
    float[] numbers = {1, -0.0f, Float.MIN_VALUE, 3.1415927f, Float.intBitsToFloat(0x7f800001)};
    Tensor expected = Tensor.of(numbers);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      Path path = folder.resolve(order + ".npy");
      Files.write(path, npy(numbers, order));
      try (TensorFile file = Npy.open(path);
          ScratchRepository scratch = ScratchRepository.create()) {
        String name = file.names().iterator().next();
        scratch.repository().transaction("main").putAll(file).commit("import");
        Tensor read = scratch.repository().snapshot("main").tensor(name);
        metrics.addCount("mismatched_elements", Bits.mismatches(expected, read), Better.LOWER);
        metrics.addCount("round_trips", 1, Better.NEITHER);
        assertThat(read).as("read from a file of order " + order).isEqualTo(expected);
      }
    }
  }

  private static byte[] npy(float[] numbers, ByteOrder order) throws Exception {
    String sign = order == ByteOrder.BIG_ENDIAN ? ">" : "<";
    String header =
        "{'descr': '" + sign + "f4', 'fortran_order': False, 'shape': (" + numbers.length + ",), }";
    header += " ".repeat(64 - (10 + header.length() + 1) % 64) + "\n";
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(new byte[] {(byte) header.length(), (byte) (header.length() >>> 8)});
    out.write(header.getBytes(StandardCharsets.US_ASCII));
    ByteBuffer data = ByteBuffer.allocate(4 * numbers.length).order(order);
    for (float number : numbers) {
      data.putInt(Float.floatToRawIntBits(number));
    }
    out.write(data.array());
    return out.toByteArray();
  }
}
