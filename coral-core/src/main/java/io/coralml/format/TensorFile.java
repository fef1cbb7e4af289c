package io.coralml.format;

import io.coralml.tensor.TensorSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An open file of named tensors. Opening reads and checks only the file's directory; a tensor's
 * bytes are read when its {@link TensorSource} is asked for them, so a file may be larger than
 * memory.
 *
 * <p>Thread-safe: tensors may be read by any number of threads until {@link #close}. After that,
 * reading fails with {@link io.coralml.StorageException}.
 */
public interface TensorFile extends AutoCloseable {
  /** Returns the names, in the order in which the file lists them; unmodifiable. */
  Set<String> names();

  /**
   * Returns one tensor, without reading its bytes.
   *
   * @throws io.coralml.NotFoundException if the file has none of that name
   */
  TensorSource tensor(String name);

  /** Returns the text the file carries beside its tensors; empty when it has none; unmodifiable. */
  Map<String, String> metadata();

  /** Returns all tensors by name, in file order, none of them read; unmodifiable. */
  default Map<String, TensorSource> tensors() {
    Map<String, TensorSource> all = new LinkedHashMap<>();
    for (String name : names()) {
      all.put(name, tensor(name));
    }
    return Collections.unmodifiableMap(all);
  }

  /** Releases the file. Closing twice does nothing more. */
  @Override
  void close();
}
