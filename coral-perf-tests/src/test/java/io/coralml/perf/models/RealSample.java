package io.coralml.perf.models;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/**
 * The committed real weights: the attention block of one encoder layer of a true fine-tune pair,
 * bge-small-en and bge-small-en-v1.5, 592,128 weights each, as exact F16. {@link ExtractRealSample}
 * made the files; the README beside them tells origin and licence.
 */
public enum RealSample {
  /** From bge-small-en. */
  BASE("bge-small-en"),
  /** From bge-small-en-v1.5, the fine-tune. */
  FINE_TUNE("bge-small-en-v1.5");

  static final String FOLDER = "/io/coralml/perf/real-sample/";
  static final String SUFFIX = "-attention-f16.safetensors";

  private final String model;

  RealSample(String model) {
    this.model = model;
  }

  /** Returns the committed file. */
  public Path file() {
    URL resource = RealSample.class.getResource(FOLDER + model + SUFFIX);
    if (resource == null) {
      throw new IllegalStateException(
          "The sample of " + model + " is not on the class path; see ExtractRealSample.");
    }
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The tests' resources are not in a folder", e);
    }
  }

  /**
   * Reads the sample into memory: F16 as committed, BF16 rounded to nearest even, F32 widened. Its
   * limit is unknown (NaN): nobody knows the process that made real weights.
   */
  public Model load(FloatFormat format) {
    try (TensorFile file = Safetensors.open(file())) {
      return RealModel.inMemory(model + " sample", file, format);
    }
  }
}
