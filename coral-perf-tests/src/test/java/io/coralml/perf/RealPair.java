package io.coralml.perf;

import io.coralml.perf.models.FloatFormat;
import io.coralml.perf.models.RealSample;
import io.coralml.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The committed real fine-tune pair, tensors by name. */
public final class RealPair {
  /** One of its four 384x384 matrices. */
  public static final String MATRIX = "encoder.layer.9.attention.self.query.weight";

  private RealPair() {}

  /** Returns the model that was tuned. */
  public static Map<String, Tensor> base(FloatFormat format) {
    return tensors(RealSample.BASE, format);
  }

  /** Returns the fine-tune. */
  public static Map<String, Tensor> tuned(FloatFormat format) {
    return tensors(RealSample.FINE_TUNE, format);
  }

  private static Map<String, Tensor> tensors(RealSample sample, FloatFormat format) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    sample
        .load(format)
        .tensors()
        .forEach((name, source) -> tensors.put(name, Tensor.copyOf(source)));
    return Collections.unmodifiableMap(tensors);
  }
}
