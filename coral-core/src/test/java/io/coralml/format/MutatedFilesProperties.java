package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CoralException;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

@Tag("security")
@Tag("integrity")
@Label("Any good file of any format, after any bytes of it were changed or cut off,")
class MutatedFilesProperties {

  /**
   * A good file and what reads it.
   *
   * @param name of a file in the folder samples
   * @param reader of its format
   */
  record Sample(String name, Function<Path, TensorFile> reader) {}

  @Property(tries = 300)
  @Label("is read, or refused in a sentence of ours: no other exception, no endless loop")
  void mutated(
      @ForAll("samples") Sample sample,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 6) int changes)
      throws IOException {
    byte[] bytes = Files.readAllBytes(HostileFiles.named("samples", sample.name));
    Random random = new Random(seed);
    int length = changes == 0 ? random.nextInt(bytes.length) : bytes.length;
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    Path path = Files.createTempFile("mutated", sample.name);
    try {
      Files.write(path, Arrays.copyOf(bytes, length));
      try (TensorFile file = sample.reader.apply(path)) {
        file.tensors().values().forEach(tensor -> assertThat(Tensor.copyOf(tensor)).isNotNull());
      } catch (CoralException e) {
        assertThat(e).message().hasSizeBetween(20, 600).doesNotContain("\n");
      }
    } finally {
      Files.delete(path);
    }
  }

  @Provide
  Arbitrary<Sample> samples() {
    return Arbitraries.of(
        new Sample("f8_fortran.npy", Npy::open),
        new Sample("stored.npz", Npz::open),
        new Sample("deflated.npz", Npz::open),
        new Sample("checkpoint.pt", PyTorch::open),
        new Sample("keras.h5", Hdf5::open),
        new Sample("latest.h5", Hdf5::open));
  }
}
