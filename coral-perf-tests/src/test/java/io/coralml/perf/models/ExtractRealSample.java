package io.coralml.perf.models;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The program that took the committed sample out of the two models. Run it with the module's test
 * class path under the profile standard, which has the models:
 *
 * <pre>
 * mvn -Pstandard -pl coral-perf-tests -am test-compile
 * java -cp ... io.coralml.perf.models.ExtractRealSample coral-perf-tests/src/test/resources
 * </pre>
 *
 * <h2>Which tensors</h2>
 *
 * Encoder layer 9 of 12: of all layers, the one whose attention weights have the conditional
 * entropy (bf16, given the base's exponent: 5.15 bits) nearest to the whole pair's (5.17). Query,
 * key, value and output projections with biases, and the layer normalisation behind them.
 *
 * <p>The exporter kept the names of biases and normalisations and lost those of the projection
 * matrices, which are called {@code onnx::MatMul_N}. In both files the anonymous initialisers stand
 * in the order in which the graph uses them, six for each encoder layer: query, key, value,
 * attention output, intermediate, output. The graph's nodes bear it out: initialiser {@code 6 l} is
 * the second input of the node {@code /encoder/layer.l/attention/self/query/MatMul}, and so on. The
 * program checks that there are 72 of them and that each has the shape its place asks for. The
 * matrices stay as ONNX has them: inputs first, the transpose of PyTorch's.
 *
 * <h2>Exactness</h2>
 *
 * The models hold F16 values stored as F32. Each value is narrowed exactly, and the program fails
 * if one would have to be rounded.
 */
public final class ExtractRealSample {
  private static final int LAYERS = 12;
  private static final int WIDTH = 384;
  private static final int LAYER = 9;
  private static final List<String> MATRICES =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");
  private static final int ATTENTION_MATRICES = 4;

  private ExtractRealSample() {}

  /**
   * Writes both files.
   *
   * @param arguments the folder of test resources
   */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      throw new IllegalArgumentException("Name the folder of test resources, and nothing else.");
    }
    Path folder = Path.of(arguments[0] + RealSample.FOLDER);
    extract(RealModel.BGE_SMALL_EN, folder.resolve("bge-small-en" + RealSample.SUFFIX));
    extract(RealModel.BGE_SMALL_EN_V15, folder.resolve("bge-small-en-v1.5" + RealSample.SUFFIX));
  }

  private static void extract(RealModel model, Path into) {
    try (TensorFile file = model.openOrSkip()) {
      Safetensors.write(
          into,
          attention(file),
          // Sorted, so that the same program writes the same bytes.
          new TreeMap<>(
              Map.of(
                  "origin", "https://huggingface.co/BAAI/" + originOf(model),
                  "licence", "MIT, Copyright (c) 2022 staoxiao",
                  "part", "attention block of encoder layer " + LAYER)));
    }
  }

  private static String originOf(RealModel model) {
    return model == RealModel.BGE_SMALL_EN ? "bge-small-en" : "bge-small-en-v1.5";
  }

  /** Returns the attention block of the layer, in F16. */
  static Map<String, Tensor> attention(TensorFile file) {
    Map<String, TensorSource> matrices = matrices(file);
    String layer = "encoder.layer." + LAYER + ".";
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String projection : MATRICES.subList(0, ATTENTION_MATRICES)) {
      String weight = layer + projection + ".weight";
      TensorSource matrix = matrices.get(weight);
      if (matrix == null) {
        throw new IllegalStateException("There is no matrix for " + weight);
      }
      tensors.put(weight, narrowed(matrix));
      String bias = layer + projection + ".bias";
      tensors.put(bias, narrowed(file.tensor(bias)));
    }
    for (String kind : List.of("weight", "bias")) {
      String norm = layer + "attention.output.LayerNorm." + kind;
      tensors.put(norm, narrowed(file.tensor(norm)));
    }
    return tensors;
  }

  private static Tensor narrowed(TensorSource source) {
    return Tensor.copyOf(Cast.of(source, FloatFormat.F16));
  }

  /** Returns the anonymous matrices under the names of the layers that use them. */
  static Map<String, TensorSource> matrices(TensorFile file) {
    List<String> anonymous =
        file.names().stream().filter(name -> name.startsWith("onnx::MatMul_")).toList();
    if (anonymous.size() != LAYERS * MATRICES.size()) {
      throw new IllegalStateException(
          file + " has " + anonymous.size() + " anonymous matrices, not six for each layer");
    }
    Map<String, TensorSource> named = new LinkedHashMap<>();
    for (int i = 0; i < anonymous.size(); i++) {
      String matrix = MATRICES.get(i % MATRICES.size());
      TensorSource source = file.tensor(anonymous.get(i));
      Shape expected =
          switch (matrix) {
            case "intermediate.dense" -> Shape.of(WIDTH, 4 * WIDTH);
            case "output.dense" -> Shape.of(4 * WIDTH, WIDTH);
            default -> Shape.of(WIDTH, WIDTH);
          };
      if (!source.shape().equals(expected)) {
        throw new IllegalStateException(
            anonymous.get(i) + " is " + source.shape() + " in the place of a " + expected);
      }
      named.put("encoder.layer." + i / MATRICES.size() + "." + matrix + ".weight", source);
    }
    return named;
  }
}
