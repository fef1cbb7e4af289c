package io.coralml.perf.proof;

import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Decodes the committed real fine-tune pair, F16, on one thread; each tensor against its base. The
 * round trip is checked when the state is made.
 */
@State(Scope.Benchmark)
public class DecodeBody {
  private static final String FOLDER = "/io/coralml/perf/real-sample/";
  private static final String SUFFIX = "-attention-f16.safetensors";

  private final List<Tensor> bases = new ArrayList<>();
  private final List<Encoded> encoded = new ArrayList<>();
  private long bytes;

  /** Encodes the pair and decodes it once. */
  public DecodeBody() {
    TensorCodec codec = TensorCodec.of(Effort.BALANCED).withThreads(1);
    List<Tensor> targets = new ArrayList<>();
    try (TensorFile base = open("bge-small-en");
        TensorFile target = open("bge-small-en-v1.5")) {
      target
          .tensors()
          .forEach(
              (name, source) -> {
                Tensor tensor = Tensor.copyOf(source);
                Tensor before = Tensor.copyOf(Objects.requireNonNull(base.tensors().get(name)));
                targets.add(tensor);
                bases.add(before);
                encoded.add(codec.encode(tensor, before));
                bytes += tensor.byteLength();
              });
    }
    if (!decode().equals(targets)) {
      throw new AssertionError("The codec did not give back what it was given");
    }
  }

  /** Decodes all tensors. */
  @Benchmark
  public List<Tensor> decode() {
    List<Tensor> decoded = new ArrayList<>(encoded.size());
    for (int i = 0; i < encoded.size(); i++) {
      decoded.add(TensorCodec.decode(encoded.get(i), bases.get(i), 1));
    }
    return decoded;
  }

  /** Returns the bytes of all decoded tensors. */
  long bytes() {
    return bytes;
  }

  private static TensorFile open(String model) {
    try {
      return Safetensors.open(
          Path.of(
              Objects.requireNonNull(DecodeBody.class.getResource(FOLDER + model + SUFFIX))
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The tests' resources are not in a folder", e);
    }
  }
}
