package io.coralml.store;

import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * A tensor to store.
 *
 * @param source its bytes; may be read by several threads at once
 * @param hint a tensor it probably resembles, or null
 */
public record PutRequest(TensorSource source, @Nullable TensorId hint) {}
