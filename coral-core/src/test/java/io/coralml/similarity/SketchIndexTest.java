package io.coralml.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.io.FileStorage;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The index of similar tensors")
class SketchIndexTest {
  private static final int ELEMENTS = 1200;

  private static Tensor random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[ELEMENTS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.02f;
    }
    return Tensor.of(values);
  }

  private static Tensor updated(Tensor tensor, double share, long seed) {
    Random random = new Random(seed);
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (random.nextGaussian() * share * 0.02);
    }
    return Tensor.of(values);
  }

  private static SketchIndex filled(SketchIndex index, int from, int to) {
    IntStream.range(from, to).forEach(i -> index.add(Sample.of(random(i)), random(i).id()));
    return index;
  }

  private static long found(SketchIndex index, int count, double share) {
    return IntStream.range(0, count)
        .filter(
            i ->
                index.candidates(Sample.of(updated(random(i), share, -i))).contains(random(i).id()))
        .count();
  }

  @Test
  @DisplayName("finds tensors by their updates of 3 %, and no strangers")
  void recall() {
    SketchIndex index = filled(SketchIndex.inMemory(), 0, 1000);
    assertThat(found(index, 500, 0.03)).isGreaterThanOrEqualTo(497);
    for (int i = 0; i < 200; i++) {
      assertThat(index.candidates(Sample.of(random(10_000 + i)))).isEmpty();
    }
  }

  @Test
  @DisplayName("tells by the end of a print alone nearly all strangers, and no relative")
  void endOfPrint() {
    int strangers = 0;
    for (int i = 0; i < 1000; i++) {
      Sketch sketch = Sketch.of(Sample.of(random(i))).orElseThrow();
      Sketch relative = Sketch.of(Sample.of(updated(random(i), 0.05, -i))).orElseThrow();
      Sketch stranger = Sketch.of(Sample.of(random(i + 5000))).orElseThrow();
      assertThat(sketch.mayAgree(last(relative))).isTrue();
      strangers += sketch.mayAgree(last(stranger)) ? 1 : 0;
    }
    assertThat(strangers).isLessThan(120);
  }

  private static long last(Sketch sketch) {
    return sketch.print()[Sketch.PRINT_LONGS - 1];
  }

  @ParameterizedTest
  @ValueSource(strings = {"I8", "U8", "F8_E4M3", "BF16", "F16", "F64", "I32"})
  @DisplayName("knows a tensor again in every dtype")
  void dtypes(String name) {
    DType dtype = DType.named(name);
    SketchIndex index = SketchIndex.inMemory();
    List<Tensor> tensors = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 40; i++) {
      ByteBuffer bytes = ByteBuffer.allocate(8192 * dtype.bytes());
      while (bytes.hasRemaining()) {
        double value = 30 * random.nextGaussian();
        bytes.put((byte) Math.max(-128, Math.min(127, Math.round(value))));
      }
      tensors.add(Tensor.of(dtype, Shape.of(8192), bytes.flip()));
      index.add(Sample.of(tensors.get(i)), tensors.get(i).id());
    }
    for (Tensor tensor : tensors) {
      ByteBuffer bytes = ByteBuffer.allocate((int) tensor.byteLength()).put(tensor.data()).flip();
      for (int i = 0; i < bytes.capacity(); i += 97) {
        bytes.put(i, (byte) (bytes.get(i) + 1));
      }
      Tensor changed = Tensor.of(dtype, Shape.of(8192), bytes);
      assertThat(index.candidates(Sample.of(changed))).first().isEqualTo(tensor.id());
    }
  }

  @Test
  @DisplayName("does not confuse dtypes and shapes, and takes nothing constant or tiny")
  void blocks() {
    SketchIndex index = SketchIndex.inMemory();
    Tensor tensor = random(1);
    assertThat(index.add(Sample.of(tensor), tensor.id())).isTrue();
    Tensor other = Tensor.of(DType.F32, Shape.of(30, 40), tensor.data());
    assertThat(index.candidates(Sample.of(other))).isEmpty();
    assertThat(index.candidates(Sample.of(tensor))).containsExactly(tensor.id());
    float[] ones = new float[ELEMENTS];
    Arrays.fill(ones, 1);
    assertThat(index.add(Sample.of(Tensor.of(ones)), tensor.id())).isFalse();
    assertThat(index.add(Sample.of(Tensor.of(new float[] {1, 2, 3})), tensor.id())).isFalse();
    assertThat(index.entries()).isEqualTo(1);
  }

  @Test
  @DisplayName("tells tensors around 1 apart by wider codes")
  void narrow() {
    SketchIndex index = SketchIndex.inMemory();
    Random random = new Random(5);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      float[] values = new float[2048];
      for (int j = 0; j < values.length; j++) {
        values[j] = 1 + 0.1f * (float) random.nextGaussian();
      }
      tensors.add(Tensor.of(values));
      assertThat(index.add(Sample.of(tensors.get(i)), tensors.get(i).id())).isTrue();
    }
    for (Tensor tensor : tensors) {
      float[] values = tensor.toFloats();
      for (int j = 0; j < values.length; j++) {
        values[j] += 0.001f * (float) random.nextGaussian();
      }
      assertThat(index.candidates(Sample.of(Tensor.of(values)))).containsExactly(tensor.id());
    }
  }

  @Test
  @DisplayName("merges runs as it grows, in at most 250 bytes per tensor")
  void grows() {
    SketchIndex index = filled(SketchIndex.inMemory(), 0, 9000);
    assertThat(index.runs()).isLessThanOrEqualTo(2);
    assertThat(index.entries()).isEqualTo(9000);
    assertThat(found(index, 100, 0.01)).isEqualTo(100);
    SketchIndex sealed = filled(SketchIndex.inMemory(), 0, 2 * YoungRun.FULL);
    assertThat((double) sealed.memoryBytes() / sealed.entries()).isLessThan(250);
  }

  @Test
  @DisplayName("keeps nothing for a size of its own: the original kept a gigabyte for each")
  void manySizes() {
    SketchIndex one = SketchIndex.inMemory();
    SketchIndex many = SketchIndex.inMemory();
    for (int i = 0; i < YoungRun.FULL + 10; i++) {
      Random random = new Random(i);
      float[] values = new float[ELEMENTS + i];
      for (int j = 0; j < values.length; j++) {
        values[j] = (float) random.nextGaussian();
      }
      Tensor varied = Tensor.of(values);
      Tensor alike = Tensor.of(Arrays.copyOf(values, ELEMENTS));
      assertThat(many.add(Sample.of(varied), varied.id())).isTrue();
      assertThat(one.add(Sample.of(alike), alike.id())).isTrue();
    }
    assertThat(many.memoryBytes()).isLessThanOrEqualTo(one.memoryBytes() * 11 / 10);
  }

  @Test
  @DisplayName("past its memory budget answers from files, the same")
  void files() {
    MemoryStorage storage = new MemoryStorage();
    SketchIndex index = filled(SketchIndex.open(storage, 200_000), 0, 3000);
    index.flush();
    assertThat(index.memoryBytes()).isLessThan(200_000);
    assertThat(found(index, 200, 0.01)).isEqualTo(200);
    index.close();
    SketchIndex again = SketchIndex.open(storage, 200_000);
    assertThat(again.memoryBytes()).isLessThan(200_000);
    assertThat(again.entries()).isEqualTo(3000);
    assertThat(found(again, 200, 0.01)).isEqualTo(200);
    assertThat(again.candidates(Sample.of(random(99_999)))).isEmpty();
  }

  @Test
  @DisplayName("survives being closed, merges the files of many, and forgets what is gone")
  void durable() {
    MemoryStorage storage = new MemoryStorage();
    for (int part = 0; part < 40; part++) {
      try (SketchIndex index = SketchIndex.open(storage, 1 << 20)) {
        filled(index, 3 * part, 3 * part + 3).flush();
      }
      assertThat(storage.list(SketchIndex.DIRECTORY)).hasSizeLessThanOrEqualTo(17);
    }
    SketchIndex index = SketchIndex.open(storage, 1 << 20);
    assertThat(index.entries()).isEqualTo(120);
    assertThat(found(index, 120, 0.01)).isEqualTo(120);
    List<TensorId> some = IntStream.range(0, 30).mapToObj(i -> random(i).id()).toList();
    index.retain(some);
    assertThat(index.entries()).isEqualTo(30);
    List<TensorId> all = IntStream.range(0, 60).mapToObj(i -> random(i).id()).toList();
    assertThat(new HashSet<>(index.missing(all))).hasSize(30).doesNotContainAnyElementsOf(some);
  }

  @Test
  @DisplayName("reads no file for somebody who only adds to it")
  void addsUnread() {
    MemoryStorage storage = new MemoryStorage();
    try (SketchIndex index = SketchIndex.open(storage, 1 << 20)) {
      filled(index, 0, 3).flush();
    }
    String damaged = SketchIndex.DIRECTORY + "/damaged" + RunFile.SUFFIX;
    storage.plant(damaged, new byte[100]);
    try (SketchIndex index = SketchIndex.open(storage, 1 << 20)) {
      filled(index, 3, 6).flush();
      assertThat(storage.exists(damaged)).isTrue();
      assertThat(found(index, 6, 0.01)).isEqualTo(6);
      index.flush();
      assertThat(storage.exists(damaged)).isFalse();
    }
  }

  @Test
  @DisplayName("merges runs from file to file past its memory budget, and finds the same in them")
  void mergesFiles() {
    MemoryStorage storage = new MemoryStorage();
    long budget = 200_000;
    SketchIndex index = SketchIndex.open(storage, budget);
    for (int part = 0; part < 6; part++) {
      filled(index, 1000 * part, 1000 * part + 1000).flush();
      assertThat(index.memoryBytes()).isLessThan(budget);
    }
    assertThat(index.entries()).isEqualTo(6000);
    assertThat(index.runs()).isLessThanOrEqualTo(3);
    assertThat(storage.list(SketchIndex.DIRECTORY)).hasSize(index.runs());
    assertThat(found(index, 300, 0.01)).isEqualTo(300);
    // Of what is added again, one entry stays.
    filled(index, 0, 500).retain(IntStream.range(0, 900).mapToObj(i -> random(i).id()).toList());
    assertThat(index.entries()).isEqualTo(900);
    assertThat(found(index, 300, 0.01)).isEqualTo(300);
  }

  @Test
  @DisplayName("drops what is damaged while it is in use, and goes on")
  void damagedInUse(@TempDir Path folder) throws IOException {
    try (FileStorage storage = FileStorage.open(folder);
        SketchIndex index = SketchIndex.open(storage, 50_000)) {
      filled(index, 0, 600).flush();
      assertThat(index.memoryBytes()).isLessThan(50_000);
      assertThat(found(index, 50, 0.01)).isEqualTo(50);
      for (String name : storage.list(SketchIndex.DIRECTORY)) {
        Path file = folder.resolve(SketchIndex.DIRECTORY).resolve(name);
        byte[] bytes = new byte[(int) Files.size(file)];
        Arrays.fill(bytes, (byte) 0xFF);
        Files.write(file, bytes, StandardOpenOption.WRITE);
      }
      assertThat(found(index, 50, 0.01)).isZero();
      filled(index, 1000, 1700).flush();
      assertThat(found(index, 50, 0.01)).isZero();
      assertThat(index.missing(List.of(random(1).id(), random(1600).id())))
          .containsExactly(random(1).id());
    }
  }

  @Test
  @DisplayName("takes no damaged file for true, whatever byte is damaged, and removes it")
  void damaged() {
    MemoryStorage storage = new MemoryStorage();
    filled(SketchIndex.open(storage, 1 << 20), 0, 3).flush();
    Map.Entry<String, byte[]> file =
        storage.files().entrySet().stream()
            .filter(each -> each.getKey().endsWith(RunFile.SUFFIX))
            .findFirst()
            .orElseThrow();
    for (int at = 0; at < file.getValue().length; at += 7) {
      byte[] bytes = file.getValue().clone();
      bytes[at] ^= 0x20;
      MemoryStorage broken = new MemoryStorage();
      broken.plant(file.getKey(), bytes);
      SketchIndex index = SketchIndex.open(broken, 1 << 20);
      assertThat(index.entries()).as("byte %d", at).isZero();
      index.flush();
      assertThat(broken.exists(file.getKey())).isFalse();
    }
    for (int length = 0; length < file.getValue().length; length += 11) {
      MemoryStorage torn = new MemoryStorage();
      torn.plant(file.getKey(), Arrays.copyOf(file.getValue(), length));
      assertThat(SketchIndex.open(torn, 1 << 20).entries()).isZero();
    }
  }
}
