package io.coralml.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Needs Python with NumPy and h5py (Debian: python3-numpy, python3-h5py); skipped without. */
@DisplayName("NumPy and h5py")
class InteroperabilityTest {
  private static final List<DType> TYPES =
      List.of(
          DType.F16,
          DType.F32,
          DType.F64,
          DType.I8,
          DType.I16,
          DType.I32,
          DType.I64,
          DType.U8,
          DType.U16,
          DType.U32,
          DType.U64,
          DType.BOOL);

  /** Reads a file and prints, per array, its name, type, shape and bytes. */
  private static final String READ =
      """
      import sys, numpy, h5py
      def show(name, a):
          print(name, a.dtype.name, list(numpy.shape(a)), a.tobytes().hex(), sep='|')
      path = sys.argv[1]
      if path.endswith('.h5'):
          with h5py.File(path, 'r') as f:
              print('#', numpy.bytes_(f.attrs['note']).decode())
              f.visititems(lambda n, d: show(n.replace('/', '.'), d[()])
                           if isinstance(d, h5py.Dataset) else None)
      else:
          with numpy.load(path) as f:
              for name in f.files:
                  show(name, f[name])
      """;

  /** Writes arrays of every type to npz and HDF5, in either byte order, chunked and not. */
  private static final String WRITE =
      """
      import sys, numpy, h5py
      arrays = {}
      for t in ['f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8']:
          for order in '<>':
              a = (numpy.arange(-6, 6).reshape(3, 4) * 5 % 127).astype(numpy.dtype(order + t))
              arrays['layer.' + t + ('_big' if order == '>' else '')] = a
      arrays['layer.flags'] = numpy.array([True, False, True])
      arrays['layer.fortran'] = numpy.asfortranarray(arrays['layer.f4'])
      numpy.savez(sys.argv[1] + '/plain.npz', **arrays)
      numpy.savez_compressed(sys.argv[1] + '/small.npz', **arrays)
      with h5py.File(sys.argv[1] + '/all.h5', 'w') as f:
          f.attrs['note'] = 'grüße'
          for i, (name, a) in enumerate(arrays.items()):
              kind = [{}, {'chunks': (2,) * a.ndim}, {'compression': 'gzip'},
                      {'compression': 'gzip', 'shuffle': True}][i % 4]
              f.create_dataset(name.replace('.', '/'), data=a, **kind)
      for name, a in arrays.items():
          a = numpy.ascontiguousarray(a.astype(a.dtype.newbyteorder('<')))
          print(name, a.dtype.name, list(a.shape), a.tobytes().hex(), sep='|')
      """;

  @TempDir Path folder;

  private static List<String> python(String program, Path argument)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(interpreter(), "-c", program, argument.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return out.lines().toList();
  }

  /**
   * Returns the first Python that has both libraries; the system's own may be hidden by another.
   */
  private static String interpreter() throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (hasLibraries(python)) {
        return python;
      }
    }
    throw new TestAbortedException("python3 with numpy and h5py is not installed");
  }

  private static boolean hasLibraries(String python) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(python, "-c", "import numpy, h5py")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  private static String line(String name, Tensor tensor) {
    DType dtype = tensor.dtype();
    String type =
        switch (dtype.kind()) {
          case BOOL -> "bool";
          case FLOAT -> "float" + dtype.bits();
          default -> (dtype.signed() ? "int" : "uint") + dtype.bits();
        };
    byte[] bytes = new byte[(int) tensor.byteLength()];
    tensor.data().get(bytes);
    String hex = java.util.HexFormat.of().formatHex(bytes);
    return name + "|" + type + "|" + java.util.Arrays.toString(tensor.shape().dims()) + "|" + hex;
  }

  private static Map<String, Tensor> model() {
    Random random = new Random(5);
    Map<String, Tensor> tensors = new TreeMap<>();
    for (DType dtype : TYPES) {
      byte[] bytes = new byte[6 * dtype.bytes()];
      random.nextBytes(bytes);
      if (dtype.equals(DType.BOOL)) {
        bytes = new byte[] {1, 0, 0, 1, 1, 0};
      }
      tensors.put("layer." + dtype, Tensor.of(dtype, Shape.of(2, 3), ByteBuffer.wrap(bytes)));
    }
    tensors.put("scalar", Tensor.of(DType.F32, Shape.scalar(), ByteBuffer.allocate(4)));
    tensors.put("empty", Tensor.of(DType.F64, Shape.of(0, 3), ByteBuffer.allocate(0)));
    tensors.put("deep.er.still", Tensor.of(new float[300], 300));
    return tensors;
  }

  @Test
  @DisplayName("open what is written here, and find every name, type, shape and bit")
  void opens() throws IOException, InterruptedException {
    List<String> expected =
        model().entrySet().stream().map(it -> line(it.getKey(), it.getValue())).toList();
    for (String suffix : List.of(".h5", ".npz")) {
      Path file = folder.resolve("ours" + suffix);
      TensorFiles.write(file, model(), Map.of("note", "grüße"), WriteOptions.defaults());
      List<String> lines = python(READ, file);
      assertThat(lines.stream().filter(it -> !it.startsWith("#")))
          .as(suffix)
          .containsExactlyInAnyOrderElementsOf(expected);
      if (suffix.equals(".h5")) {
        assertThat(lines).contains("# grüße");
      }
    }
    Tensor only = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Npy.write(folder.resolve("one.npy"), only);
    assertThat(
            python(
                "import sys, numpy; print(numpy.load(sys.argv[1]).tobytes().hex())",
                folder.resolve("one.npy")))
        .containsExactly("0000803f000000400000404000008040");
  }

  @Test
  @DisplayName("write what is read here, in either byte order, chunked, compressed or neither")
  void writes() throws IOException, InterruptedException {
    List<String> expected = python(WRITE, folder);
    for (String name : List.of("plain.npz", "small.npz", "all.h5")) {
      try (TensorFile file = TensorFiles.open(folder.resolve(name))) {
        assertThat(
                file.tensors().entrySet().stream()
                    .map(it -> line(it.getKey(), Tensor.copyOf(it.getValue()))))
            .as(name)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
    assertThat(Files.size(folder.resolve("all.h5"))).isPositive();
  }
}
