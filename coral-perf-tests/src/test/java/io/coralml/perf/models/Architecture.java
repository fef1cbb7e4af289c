package io.coralml.perf.models;

import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a network, named and initialised as PyTorch does by default: weights and biases
 * of linear, convolution and recurrent layers uniform within 1/sqrt(fan-in) (recurrent: of the
 * hidden size), embeddings standard normal, normalisation layers ones and zeros.
 *
 * @param name what tables call it
 * @param parameters in the order of a state dictionary
 */
public record Architecture(String name, List<Parameter> parameters) {

  /**
   * One tensor of a network.
   *
   * @param name its name, layer first
   * @param shape its extents
   * @param initialisation how it is drawn
   */
  public record Parameter(String name, Shape shape, Initialisation initialisation) {}

  /** Copies the list. */
  public Architecture {
    parameters = List.copyOf(parameters);
  }

  /** Convolutions 3x3 of 3 to 16 to 32 channels, then 2048 to 10: 25,578 parameters. */
  public static Architecture smallCnn() {
    return new Layers()
        .convolution("conv1", 3, 16, 3)
        .convolution("conv2", 16, 32, 3)
        .linear("fc", 2048, 10)
        .named("SmallCNN");
  }

  /** Linear layers 784-512-256-128-10: 567,434 parameters. */
  public static Architecture mediumMlp() {
    return new Layers()
        .linear("fc1", 784, 512)
        .linear("fc2", 512, 256)
        .linear("fc3", 256, 128)
        .linear("fc4", 128, 10)
        .named("MediumMLP");
  }

  /**
   * Four stages of two residual blocks each, with batch normalisation, as ResNet-18 has them: 11.7
   * M parameters at a width of 64.
   *
   * @param width channels of the first stage; doubled at every further one
   */
  public static Architecture resNet(int width) {
    Layers layers = new Layers().kernel("conv1", 3, width, 7).batchNorm("bn1", width);
    int in = width;
    for (int stage = 1; stage <= 4; stage++) {
      int out = width << (stage - 1);
      for (int block = 0; block < 2; block++) {
        String at = "layer" + stage + "." + block + ".";
        layers.kernel(at + "conv1", in, out, 3).batchNorm(at + "bn1", out);
        layers.kernel(at + "conv2", out, out, 3).batchNorm(at + "bn2", out);
        if (in != out) {
          layers.kernel(at + "downsample.0", in, out, 1).batchNorm(at + "downsample.1", out);
        }
        in = out;
      }
    }
    return layers.linear("fc", in, 1000).named("ResNet-like");
  }

  /**
   * Encoder blocks with a token embedding: about {@code 12 d^2} parameters a block.
   *
   * @param blocks how many
   * @param d the model's width; the feed-forward layers are four times as wide
   * @param vocabulary rows of the embedding; 0 leaves it out
   */
  public static Architecture transformer(int blocks, int d, int vocabulary) {
    Layers layers = new Layers();
    if (vocabulary > 0) {
      layers.embedding("embedding", vocabulary, d);
    }
    for (int block = 0; block < blocks; block++) {
      String at = "layers." + block + ".";
      for (String projection : List.of("query", "key", "value", "output")) {
        layers.linear(at + "attention." + projection, d, d);
      }
      layers.layerNorm(at + "norm1", d);
      layers.linear(at + "linear1", d, 4 * d).linear(at + "linear2", 4 * d, d);
      layers.layerNorm(at + "norm2", d);
    }
    return layers.named("Transformer");
  }

  /**
   * A stack of LSTM layers and a linear one.
   *
   * @param layerCount LSTM layers
   * @param inputs width of the input and of the output
   * @param hidden width of the state
   */
  public static Architecture rnn(int layerCount, int inputs, int hidden) {
    Layers layers = new Layers();
    for (int layer = 0; layer < layerCount; layer++) {
      layers.lstm("lstm", layer, layer == 0 ? inputs : hidden, hidden);
    }
    return layers.linear("fc", hidden, inputs).named("RNN");
  }

  /**
   * Four steps down and four up with skip connections: 31 M parameters at a width of 64.
   *
   * @param width channels of the first step; doubled at every further one
   */
  public static Architecture uNet(int width) {
    Layers layers = new Layers();
    int in = 3;
    for (int step = 0; step < 5; step++) {
      layers.twoConvolutions("down" + step, in, width << step);
      in = width << step;
    }
    for (int step = 3; step >= 0; step--) {
      int out = width << step;
      layers.transposed("up" + step + ".up", in, out, 2).twoConvolutions("up" + step, in, out);
      in = out;
    }
    return layers.convolution("out", width, 1, 1).named("U-Net");
  }

  /**
   * Returns the same network with every uniform initialisation replaced by a normal one of the same
   * variance: late in training weights are distributed nearly so.
   */
  public Architecture late() {
    return new Architecture(
        name,
        parameters.stream()
            .map(p -> new Parameter(p.name(), p.shape(), p.initialisation().late()))
            .toList());
  }

  /** Returns the number of elements of all parameters. */
  public long elements() {
    return parameters.stream().mapToLong(parameter -> parameter.shape().elements()).sum();
  }

  /**
   * Returns a freshly initialised model, computed when it is read. Its limit is the entropy of the
   * initialisation.
   *
   * @param seed decides every element, together with the parameter's name
   */
  public Model initialised(FloatFormat format, long seed) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    double bits = 0;
    for (Parameter parameter : parameters) {
      Randomness random = Randomness.of(seed, name + "/" + parameter.name());
      Initialisation drawn = parameter.initialisation();
      tensors.put(parameter.name(), drawn.tensor(format, parameter.shape(), random));
      bits += parameter.shape().elements() * drawn.bitsPerElement(format);
    }
    return new Model(name, tensors, bits / 8);
  }

  /** Collects parameters layer by layer. */
  private static final class Layers {
    private static final Initialisation ONES = new Initialisation.Constant(1);
    private static final Initialisation ZEROS = new Initialisation.Constant(0);

    private final List<Parameter> parameters = new ArrayList<>();

    private Layers add(String name, Initialisation initialisation, long... dims) {
      parameters.add(new Parameter(name, Shape.of(dims), initialisation));
      return this;
    }

    Layers linear(String name, int in, int out) {
      Initialisation drawn = Initialisation.byFanIn(in);
      return add(name + ".weight", drawn, out, in).add(name + ".bias", drawn, out);
    }

    Layers kernel(String name, int in, int out, int size) {
      return add(name + ".weight", Initialisation.byFanIn(in * size * size), out, in, size, size);
    }

    Layers convolution(String name, int in, int out, int size) {
      return kernel(name, in, out, size)
          .add(name + ".bias", Initialisation.byFanIn(in * size * size), out);
    }

    Layers twoConvolutions(String name, int in, int out) {
      return convolution(name + ".conv1", in, out, 3).convolution(name + ".conv2", out, out, 3);
    }

    Layers transposed(String name, int in, int out, int size) {
      // Its weight is stored inputs first, and PyTorch takes the fan-in from the second extent.
      Initialisation drawn = Initialisation.byFanIn(out * size * size);
      return add(name + ".weight", drawn, in, out, size, size).add(name + ".bias", drawn, out);
    }

    Layers embedding(String name, int rows, int d) {
      return add(name + ".weight", new Initialisation.Normal(1), rows, d);
    }

    Layers layerNorm(String name, int width) {
      return add(name + ".weight", ONES, width).add(name + ".bias", ZEROS, width);
    }

    Layers batchNorm(String name, int width) {
      return layerNorm(name, width)
          .add(name + ".running_mean", ZEROS, width)
          .add(name + ".running_var", ONES, width);
    }

    Layers lstm(String name, int layer, int in, int hidden) {
      Initialisation drawn = Initialisation.byFanIn(hidden);
      return add(name + ".weight_ih_l" + layer, drawn, 4L * hidden, in)
          .add(name + ".weight_hh_l" + layer, drawn, 4L * hidden, hidden)
          .add(name + ".bias_ih_l" + layer, drawn, 4L * hidden)
          .add(name + ".bias_hh_l" + layer, drawn, 4L * hidden);
    }

    Architecture named(String name) {
      return new Architecture(name, parameters);
    }
  }
}
