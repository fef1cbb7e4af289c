package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@Label("What is written in a format is read back bit for bit:")
class WritersProperties {
  private static final WriteOptions BITS = WriteOptions.defaults().withFloatBits(true);

  private static void assertRoundTrip(
      String suffix,
      Map<String, Tensor> tensors,
      Map<String, Tensor> expected,
      Map<String, String> metadata,
      WriteOptions options)
      throws IOException {
    Path path = Files.createTempFile("written", suffix);
    try {
      TensorFiles.write(path, tensors, metadata, options);
      try (TensorFile file = TensorFiles.open(path)) {
        assertThat(file.names()).isEqualTo(expected.keySet());
        expected.forEach(
            (name, tensor) -> assertThat(Tensor.copyOf(file.tensor(name))).isEqualTo(tensor));
        if (!suffix.equals(".npz")) {
          assertThat(file.metadata()).isEqualTo(metadata);
        }
      }
    } finally {
      Files.delete(path);
    }
  }

  @Property(tries = 60)
  @Label("HDF5, groups from dotted names, metadata as attributes")
  void hdf5(
      @ForAll("dotted") Map<String, Tensor> tensors,
      @ForAll("metadata") Map<String, String> metadata)
      throws IOException {
    assertRoundTrip(".h5", tensors, tensors, metadata, WriteOptions.defaults());
  }

  @Property(tries = 60)
  @Label("npz")
  void npz(@ForAll("members") Map<String, Tensor> tensors) throws IOException {
    assertRoundTrip(".npz", tensors, tensors, Map.of(), WriteOptions.defaults());
  }

  @Property(tries = 40)
  @Label("npz, the floats that NumPy lacks as unsigned integers of the same bits")
  void npzBits(@ForAll("anyFloats") Map<String, Tensor> tensors) throws IOException {
    Map<String, Tensor> expected = new TreeMap<>();
    tensors.forEach(
        (name, tensor) -> {
          DType dtype = tensor.dtype();
          boolean lacking = dtype.equals(DType.BF16) || dtype.bits() == 8;
          DType read = !lacking ? dtype : dtype.bits() == 8 ? DType.U8 : DType.U16;
          expected.put(name, Tensor.of(read, tensor.shape(), tensor.data()));
        });
    assertRoundTrip(".npz", tensors, expected, Map.of(), BITS);
  }

  @Property(tries = 40)
  @Label("a model that goes from safetensors through HDF5 and npz back to safetensors")
  void chain(@ForAll("plain") Map<String, Tensor> tensors) throws IOException {
    Map<String, Tensor> at = tensors;
    for (String suffix : List.of(".safetensors", ".h5", ".npz", ".safetensors")) {
      Path path = Files.createTempFile("chain", suffix);
      try {
        TensorFiles.write(path, at, Map.of(), WriteOptions.defaults());
        try (TensorFile file = TensorFiles.open(path)) {
          Map<String, Tensor> read = new TreeMap<>();
          file.tensors().forEach((name, tensor) -> read.put(name, Tensor.copyOf(tensor)));
          at = read;
        }
      } finally {
        Files.delete(path);
      }
    }
    assertThat(at).isEqualTo(tensors);
  }

  @Property(tries = 60)
  @Label("ONNX, into a copy of the model: new weights, all else byte for byte as it was")
  void onnx(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    OnnxModel before = OnnxModel.random(new Random(seed), random.nextInt(5));
    OnnxModel after = before.withOtherWeights(random);
    Path model = Files.createTempFile("model", ".onnx");
    Path copy = Files.createTempFile("copy", ".onnx");
    try {
      Files.write(model, before.bytes());
      Onnx.write(copy, model, after.weights());
      assertThat(Files.readAllBytes(copy)).isEqualTo(after.bytesRaw());
      Onnx.write(copy, copy, before.weights());
      assertThat(Files.readAllBytes(copy)).isEqualTo(before.bytesRaw());
    } finally {
      Files.delete(model);
      Files.delete(copy);
    }
  }

  /** An ONNX model in test's terms, written inline raw or in a typed field. */
  record OnnxModel(Map<String, Tensor> weights, long seed) {
    static OnnxModel random(Random random, int count) {
      Map<String, Tensor> weights = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        float[] values = new float[random.nextInt(20)];
        for (int j = 0; j < values.length; j++) {
          values[j] = Float.intBitsToFloat(random.nextInt());
        }
        weights.put("w" + i, Tensor.of(values));
      }
      return new OnnxModel(weights, random.nextLong());
    }

    OnnxModel withOtherWeights(Random random) {
      Map<String, Tensor> others = new TreeMap<>();
      weights.forEach(
          (name, tensor) -> {
            byte[] bytes = new byte[(int) tensor.byteLength()];
            random.nextBytes(bytes);
            others.put(name, Tensor.of(DType.F32, tensor.shape(), ByteBuffer.wrap(bytes)));
          });
      return new OnnxModel(others, seed);
    }

    byte[] bytes() {
      return bytes(false);
    }

    byte[] bytesRaw() {
      return bytes(true);
    }

    /** The seed decides where the data are, unless all are to be raw; and what is around them. */
    private byte[] bytes(boolean raw) {
      Random random = new Random(seed);
      ProtoBytes graph = new ProtoBytes().message(1, new ProtoBytes().text(4, "MatMul"));
      weights.forEach(
          (name, tensor) -> {
            boolean typed = random.nextBoolean() && !raw;
            ProtoBytes proto = new ProtoBytes().integer(1, tensor.shape().elements()).integer(2, 1);
            byte[] data = new byte[(int) tensor.byteLength()];
            tensor.data().get(data);
            if (typed) {
              proto.bytes(4, data);
            }
            proto.text(8, name).text(12, "of layer " + name);
            if (!typed) {
              proto.bytes(9, data);
            }
            graph.message(5, proto);
          });
      graph.text(2, "main").message(11, new ProtoBytes().text(1, "input"));
      return new ProtoBytes()
          .integer(1, 8)
          .message(7, graph)
          .message(14, new ProtoBytes().text(1, "author").text(2, "me"))
          .message(8, new ProtoBytes().integer(2, 17))
          .toBytes();
    }
  }

  @Provide
  Arbitrary<Map<String, Tensor>> dotted() {
    return Arbitraries.maps(parts().list().ofMinSize(1).ofMaxSize(3), tensors(hdf5Types()))
        .ofMaxSize(6)
        .map(WritersProperties::joined);
  }

  /** Joins the parts of names; drops what would be the group of another one. */
  private static Map<String, Tensor> joined(Map<List<String>, Tensor> parts) {
    Map<String, Tensor> tensors = new TreeMap<>();
    parts.forEach(
        (name, tensor) -> {
          String dotted = String.join(".", name);
          boolean clashes =
              tensors.keySet().stream()
                  .anyMatch(
                      other -> other.startsWith(dotted + ".") || dotted.startsWith(other + "."));
          if (!clashes) {
            tensors.put(dotted, tensor);
          }
        });
    return tensors;
  }

  private static Arbitrary<String> parts() {
    return Arbitraries.strings()
        .all()
        .ofMinLength(1)
        .ofMaxLength(300)
        .map(it -> it.replace('.', '-').replace('/', '-').replace('\0', '-'))
        .filter(Quoted::isUnicode);
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    Arbitrary<String> values =
        Arbitraries.strings()
            .withCharRange(' ', 'ÿ')
            .ofMaxLength(40)
            .map(it -> it.replace('\0', '-'));
    Arbitrary<String> keys = parts().filter(it -> it.equals(it.trim()));
    return Arbitraries.maps(keys, values).ofMaxSize(4);
  }

  @Provide
  Arbitrary<Map<String, Tensor>> members() {
    List<DType> types = hdf5Types().stream().filter(it -> !it.equals(DType.BF16)).toList();
    return Arbitraries.maps(
            Arbitraries.strings()
                .all()
                .ofMaxLength(30)
                .filter(it -> Quoted.isUnicode(it) && ZipArchive.isHarmless(it + ".npy")),
            tensors(types))
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<Map<String, Tensor>> anyFloats() {
    List<DType> types = DType.known().stream().filter(it -> it.kind() == DType.Kind.FLOAT).toList();
    return Arbitraries.maps(names(), tensors(types)).ofMaxSize(4);
  }

  @Provide
  Arbitrary<Map<String, Tensor>> plain() {
    List<DType> types = hdf5Types().stream().filter(it -> !it.equals(DType.BF16)).toList();
    return Arbitraries.maps(names(), tensors(types)).ofMaxSize(5);
  }

  private static Arbitrary<String> names() {
    return Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(6);
  }

  private static List<DType> hdf5Types() {
    return DType.known().stream()
        .filter(
            it ->
                (it.kind() == DType.Kind.FLOAT && it.bits() >= 16)
                    || it.kind() == DType.Kind.INTEGER
                    || it.kind() == DType.Kind.BOOL)
        .toList();
  }

  private static Arbitrary<Tensor> tensors(List<DType> dtypes) {
    Arbitrary<Shape> shapes =
        Arbitraries.longs().between(0, 5).array(long[].class).ofMaxSize(4).map(Shape::of);
    return Combinators.combine(
            Arbitraries.of(dtypes), shapes, Arbitraries.randomValue(Random::nextLong))
        .as(
            (dtype, shape, seed) -> {
              byte[] bytes = new byte[(int) shape.elements() * dtype.bytes()];
              new Random(seed).nextBytes(bytes);
              return Tensor.of(dtype, shape, ByteBuffer.wrap(bytes));
            });
  }
}
