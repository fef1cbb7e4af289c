package io.coralml.format;

import io.coralml.NotFoundException;
import io.coralml.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A tensor file whose directory is in memory and whose bytes are behind something closeable. */
final class NamedTensors implements TensorFile {
  private final String file;
  private final Map<String, TensorSource> tensors;
  private final Map<String, String> metadata;
  private final Runnable closing;

  /**
   * @param file what messages call the file
   * @param tensors in file order; copied
   * @param metadata copied
   * @param closing releases what the tensors read from; may run more than once
   */
  NamedTensors(
      String file,
      Map<String, ? extends TensorSource> tensors,
      Map<String, String> metadata,
      Runnable closing) {
    this.file = file;
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    this.closing = closing;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public TensorSource tensor(String name) {
    TensorSource tensor = tensors.get(name);
    if (tensor == null) {
      throw new NotFoundException(
          file + " has no tensor " + Quoted.of(name) + "; names() lists those it has.");
    }
    return tensor;
  }

  @Override
  public Map<String, TensorSource> tensors() {
    return tensors;
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {
    closing.run();
  }

  @Override
  public String toString() {
    return file + " (tensors: " + tensors.size() + ")";
  }
}
