package io.coralml.perf.models;

import io.coralml.format.TensorFile;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A base and a fine-tune of it, both in memory and in one float format: what a codec is measured
 * on.
 *
 * @param name what tables call it
 * @param format the format of every tensor
 * @param base the tensors of the base
 * @param target the tensors of the fine-tune, of the same shapes, in the same order
 * @param limitBytes the entropy of the target given the base; NaN when it is not known
 */
public record WeightPair(
    String name, FloatFormat format, List<Tensor> base, List<Tensor> target, double limitBytes) {
  private static final double BF16_BITS = 5.13;
  private static final double F16_BITS = 8.03;

  /** Checks that the two belong together. */
  public WeightPair {
    base = List.copyOf(base);
    target = List.copyOf(target);
    for (int i = 0; i < Math.max(base.size(), target.size()); i++) {
      if (!base.get(i).shape().equals(target.get(i).shape())) {
        throw new IllegalArgumentException("Tensor " + i + " of " + name + " differs in shape");
      }
    }
  }

  /** Returns the committed real sample. Nobody knows its limit. */
  public static WeightPair sample(FloatFormat format) {
    return of(
        "real sample",
        format,
        RealSample.BASE.load(format),
        RealSample.FINE_TUNE.load(format),
        Double.NaN);
  }

  /**
   * Returns the whole real pair, 33.2 M weights, or skips the running test. The limit is the bits
   * per weight that row, column and exponent of the base leave: 5.13 in BF16 and 8.03 in F16; for
   * F32, which holds the same values as F16, that of F16.
   */
  public static WeightPair whole(FloatFormat format) {
    try (TensorFile base = RealModel.BGE_SMALL_EN.openOrSkip();
        TensorFile target = RealModel.BGE_SMALL_EN_V15.openOrSkip()) {
      Model before = RealModel.inMemory("base", base, format);
      Model after = RealModel.inMemory("target", target, format);
      double bits = format == FloatFormat.BF16 ? BF16_BITS : F16_BITS;
      long weights = floats(before, format).stream().mapToLong(t -> t.shape().elements()).sum();
      return of("real pair", format, before, after, bits * weights / 8);
    }
  }

  /**
   * Returns late-phase weights of a Transformer block and an update of every one of them.
   *
   * @param relativeSd standard deviation of the update over that of the weights
   * @param width of the block; it has about 12 width^2 weights
   */
  public static WeightPair update(FloatFormat format, double relativeSd, int width, long seed) {
    Model base = block(format, width, seed);
    Model target = Variations.step(base, "update", relativeSd, seed).inMemory();
    return of("update " + relativeSd, format, base, target, target.limitBytes());
  }

  /**
   * Returns the same weights and an update whose size differs by row and by column ({@link Rates}).
   *
   * @param spread standard deviation of the rates of rows, and of columns, in doublings
   */
  public static WeightPair rates(
      FloatFormat format, double relativeSd, double spread, int width, long seed) {
    Model base = block(format, width, seed);
    Model target = Rates.step(base, "rates", relativeSd, spread, seed).inMemory();
    String name = "update " + relativeSd + ", rates of spread " + spread;
    return of(name, format, base, target, target.limitBytes());
  }

  private static Model block(FloatFormat format, int width, long seed) {
    Model base = Architecture.transformer(1, width, 0).late().initialised(format, seed).inMemory();
    // Without its constants, which would be stored for nothing by everybody.
    Map<String, TensorSource> weights = new LinkedHashMap<>(base.tensors());
    weights.keySet().removeIf(name -> name.contains(".norm"));
    return new Model(base.name(), weights, base.limitBytes());
  }

  private static WeightPair of(
      String name, FloatFormat format, Model base, Model target, double limitBytes) {
    List<Tensor> before = floats(base, format);
    List<Tensor> after =
        base.tensors().keySet().stream()
            .map(tensor -> Objects.requireNonNull(target.tensors().get(tensor), tensor))
            .filter(tensor -> tensor.dtype().equals(format.dtype()))
            .map(Tensor::copyOf)
            .toList();
    return new WeightPair(name, format, before, after, limitBytes);
  }

  private static List<Tensor> floats(Model model, FloatFormat format) {
    return model.tensors().values().stream()
        .filter(tensor -> tensor.dtype().equals(format.dtype()))
        .map(Tensor::copyOf)
        .toList();
  }

  /** Returns the bytes of the target. */
  public int rawBytes() {
    return Math.toIntExact(target.stream().mapToLong(Tensor::byteLength).sum());
  }

  /** Returns the target's tensors, or the base's, one after the other. */
  public static byte[] concatenated(List<Tensor> tensors) {
    byte[] all = new byte[Math.toIntExact(tensors.stream().mapToLong(Tensor::byteLength).sum())];
    int at = 0;
    for (Tensor tensor : tensors) {
      int length = (int) tensor.byteLength();
      tensor.data().get(all, at, length);
      at += length;
    }
    return all;
  }

  @Override
  public String toString() {
    return name + " " + format.name().toLowerCase(java.util.Locale.ROOT);
  }
}
