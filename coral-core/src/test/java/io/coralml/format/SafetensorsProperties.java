package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("integrity")
@Label("Safetensors, for any tensors")
class SafetensorsProperties {

  @Property(tries = 100)
  @Label("reads back what it wrote: names in order, dtypes, shapes, every bit, metadata")
  void roundTrip(
      @ForAll("models") Map<String, Tensor> tensors, @ForAll("texts") Map<String, String> metadata)
      throws IOException {
    Path path = Files.createTempFile("round-trip", ".safetensors");
    try {
      Safetensors.write(path, tensors, metadata);
      try (TensorFile file = Safetensors.open(path)) {
        assertThat(file.names()).containsExactlyElementsOf(tensors.keySet());
        assertThat(file.metadata()).isEqualTo(metadata);
        tensors.forEach(
            (name, tensor) -> assertThat(Tensor.copyOf(file.tensor(name))).isEqualTo(tensor));
      }
    } finally {
      Files.delete(path);
    }
  }

  @Provide
  Arbitrary<Map<String, Tensor>> models() {
    return Arbitraries.maps(names(), tensors()).ofMaxSize(8);
  }

  @Provide
  Arbitrary<Map<String, String>> texts() {
    return Arbitraries.maps(names(), names()).ofMaxSize(4);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.strings()
        .all()
        .ofMaxLength(20)
        .filter(name -> Quoted.isUnicode(name) && !name.equals("__metadata__"));
  }

  private static Arbitrary<Tensor> tensors() {
    Arbitrary<Shape> shapes =
        Arbitraries.longs().between(0, 6).array(long[].class).ofMaxSize(4).map(Shape::of);
    Arbitrary<DType> dtypes =
        Arbitraries.oneOf(
            Arbitraries.of(DType.known().stream().filter(DType::isByteAligned).toList()),
            Arbitraries.strings()
                .withCharRange('!', '~')
                .ofMinLength(1)
                .ofMaxLength(64)
                .map(DType::named)
                .filter(dtype -> dtype.kind() != DType.Kind.PACKED));
    return Combinators.combine(dtypes, shapes, Arbitraries.randomValue(r -> r.nextLong()))
        .as(SafetensorsProperties::tensor);
  }

  private static Tensor tensor(DType dtype, Shape shape, long seed) {
    int width = dtype.isByteAligned() ? dtype.bytes() : 1;
    byte[] bytes = new byte[(int) shape.elements() * width];
    new java.util.Random(seed).nextBytes(bytes);
    return Tensor.of(dtype, shape, ByteBuffer.wrap(bytes));
  }
}
