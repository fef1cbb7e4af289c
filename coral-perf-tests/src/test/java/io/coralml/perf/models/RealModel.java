package io.coralml.perf.models;

import io.coralml.format.Onnx;
import io.coralml.format.TensorFile;
import io.coralml.perf.qa.Room;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * Real models as the Maven artifacts of LangChain4j carry them: ONNX files on the class path. The
 * artifacts are dependencies of the profiles standard, full and comprehensive only; without them a
 * benchmark that asks for one is skipped and says why.
 */
public enum RealModel {
  /** BAAI/bge-small-en; 33.2 M weights, F16 values stored as F32. */
  BGE_SMALL_EN("bge-small-en"),
  /** BAAI/bge-small-en-v1.5, a fine-tune of the former with the same tensors. */
  BGE_SMALL_EN_V15("bge-small-en-v1.5"),
  /** sentence-transformers/all-MiniLM-L6-v2; true F32. */
  ALL_MINILM_L6_V2("all-minilm-l6-v2"),
  /** The former, quantised to I8. */
  ALL_MINILM_L6_V2_Q("all-minilm-l6-v2-q");

  private static final long LEAST_HEAP = 1536L << 20;

  private final String resource;

  RealModel(String resource) {
    this.resource = resource;
  }

  /** Returns whether the model's artifact is on the class path. */
  public boolean isPresent() {
    return RealModel.class.getResource(path()) != null;
  }

  /**
   * Opens the model. The first time it is unpacked into {@code target/real-models}, where it stays
   * until the build is cleaned, so that its tensors are read from a file and not held in memory.
   *
   * @return the initialisers, or nothing when the artifact is not on the class path
   */
  public Optional<TensorFile> open() {
    return isPresent() ? Optional.of(Onnx.open(unpacked())) : Optional.empty();
  }

  /**
   * Opens the model or skips the running test.
   *
   * @throws TestAbortedException if its artifact is not on the class path, or the heap too small
   *     for whole models and what is made of them
   */
  public TensorFile openOrSkip() {
    if (isPresent()) {
      Room.requireHeap(LEAST_HEAP);
    }
    return open()
        .orElseThrow(
            () ->
                new TestAbortedException(
                    resource
                        + " is not on the class path; run with -Pstandard, -Pfull or"
                        + " -Pcomprehensive, which depend on it."));
  }

  /** Reads all tensors into memory, floats in the given format; the file may then be closed. */
  public static Model inMemory(String name, TensorFile file, FloatFormat format) {
    return new Model(name, file.tensors(), Double.NaN)
        .with(name, (tensor, source) -> Cast.of(source, format), Double.NaN)
        .inMemory();
  }

  private String path() {
    return "/" + resource + ".onnx";
  }

  private synchronized Path unpacked() {
    try {
      Path classes =
          Path.of(RealModel.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path folder = classes.resolveSibling("real-models");
      Path file = folder.resolve(resource + ".onnx");
      if (!Files.exists(file)) {
        Files.createDirectories(folder);
        Path temporary = Files.createTempFile(folder, resource, ".part");
        try (InputStream in = RealModel.class.getResourceAsStream(path())) {
          if (in == null) {
            throw new IOException(path() + " has left the class path");
          }
          Files.copy(in, temporary, StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack " + resource, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("The tests' classes are not in a folder", e);
    }
  }
}
