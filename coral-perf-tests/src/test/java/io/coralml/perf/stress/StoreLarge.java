package io.coralml.perf.stress;

import io.coralml.perf.models.PatternSource;
import io.coralml.perf.models.Streams;
import io.coralml.repository.Repository;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import java.nio.file.Path;

/** Stores a generated tensor in a repository and compares it; a program for a small heap. */
public final class StoreLarge {
  static final int STORED = 0;
  static final int DIFFERS = 2;
  static final int OUT_OF_MEMORY = 3;

  private StoreLarge() {}

  /**
   * Stores and compares.
   *
   * @param arguments the folder of the repository, and the bytes of the tensor
   */
  public static void main(String[] arguments) {
    long bytes = Long.parseLong(arguments[1]);
    PatternSource tensor = new PatternSource(DType.F32, Shape.of(bytes / Float.BYTES), 1);
    int code;
    try (Repository repository = Repository.open(Path.of(arguments[0]))) {
      repository.transaction("main").put("t", tensor).commit("large");
      long different = Streams.differentBytes(tensor, repository.snapshot("main").source("t"));
      code = different == 0 ? STORED : DIFFERS;
    } catch (OutOfMemoryError e) {
      code = OUT_OF_MEMORY;
    }
    System.exit(code);
  }
}
