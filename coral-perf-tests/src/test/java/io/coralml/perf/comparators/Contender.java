package io.coralml.perf.comparators;

import io.coralml.codec.DecodingSpace;
import io.coralml.codec.Effort;
import io.coralml.codec.Encoded;
import io.coralml.codec.TensorCodec;
import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.WeightPair;
import io.coralml.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A codec set up on a pair of weights: the project's own or a comparator, so that one benchmark
 * body measures them all. For one thread.
 */
public interface Contender {
  /** Returns the bytes of the target. */
  long rawBytes();

  /** Encodes all of the target and returns how many bytes are stored. */
  long encode();

  /** Decodes all of what was encoded last, into memory that is there. */
  void decode();

  /**
   * Compares what was decoded last with the target, bit for bit.
   *
   * @throws AssertionError if they differ
   */
  void verify();

  /** The names of all contenders on a format, the project's own first. */
  static List<String> names(FloatFormat format) {
    List<String> names = new ArrayList<>();
    for (String given : List.of("", " alone")) {
      for (Effort effort : Effort.values()) {
        names.add("coral " + effort.name().toLowerCase(Locale.ROOT) + given);
      }
    }
    ReferenceCodec.all(format).forEach(codec -> names.add(codec.name()));
    return names;
  }

  /**
   * Sets up the contender of that name.
   *
   * @param threads how many threads the project's own codec may use; comparators use one
   */
  static Contender named(String name, WeightPair pair, int threads) {
    if (name.startsWith("coral ")) {
      String effort = name.split(" ", -1)[1].toUpperCase(Locale.ROOT);
      return new Coral(pair, Effort.valueOf(effort), name.endsWith(" alone"), threads);
    }
    ReferenceCodec reference =
        ReferenceCodec.all(pair.format()).stream()
            .filter(codec -> codec.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("There is no contender " + name));
    return new Reference(pair, reference);
  }

  /** The project's codec, tensor by tensor. */
  final class Coral implements Contender {
    private final WeightPair pair;
    private final TensorCodec codec;
    private final boolean alone;
    private final int threads;
    private final DecodingSpace space = new DecodingSpace();
    private final List<Encoded> encoded = new ArrayList<>();
    private final List<ByteBuffer> decoded;

    private Coral(WeightPair pair, Effort effort, boolean alone, int threads) {
      this.pair = pair;
      this.codec = TensorCodec.of(effort).withThreads(threads);
      this.alone = alone;
      this.threads = threads;
      this.decoded =
          pair.target().stream()
              .map(tensor -> ByteBuffer.allocate((int) tensor.byteLength()))
              .toList();
    }

    @Override
    public long rawBytes() {
      return pair.rawBytes();
    }

    @Override
    public long encode() {
      encoded.clear();
      long length = 0;
      for (int i = 0; i < pair.target().size(); i++) {
        Encoded one = codec.encode(pair.target().get(i), alone ? null : pair.base().get(i));
        encoded.add(one);
        length += one.length();
      }
      return length;
    }

    @Override
    public void decode() {
      for (int i = 0; i < encoded.size(); i++) {
        Tensor base = alone ? null : pair.base().get(i);
        TensorCodec.decode(encoded.get(i), base, threads, space, decoded.get(i).clear());
      }
    }

    @Override
    public void verify() {
      for (int i = 0; i < decoded.size(); i++) {
        if (!decoded.get(i).flip().equals(pair.target().get(i).data())) {
          throw new AssertionError("The codec did not give back what it was given");
        }
      }
    }
  }

  /** A comparator, on all tensors as one array: small tensors cost it nothing. */
  final class Reference implements Contender {
    private final ReferenceCodec codec;
    private final byte[] base;
    private final byte[] target;
    private final byte[] encoded;
    private final byte[] decoded;

    private Reference(WeightPair pair, ReferenceCodec codec) {
      this.codec = codec;
      this.base = WeightPair.concatenated(pair.base());
      this.target = WeightPair.concatenated(pair.target());
      this.encoded = new byte[codec.maxEncodedLength(target.length)];
      this.decoded = new byte[target.length];
    }

    @Override
    public long rawBytes() {
      return target.length;
    }

    @Override
    public long encode() {
      return codec.encode(target, base, encoded);
    }

    @Override
    public void decode() {
      codec.decode(encoded, base, decoded);
    }

    @Override
    public void verify() {
      if (!Arrays.equals(decoded, target)) {
        throw new AssertionError(codec.name() + " did not give back what it was given");
      }
    }
  }
}
