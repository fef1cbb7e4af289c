/**
 * Floor 0: what a tensor is. A {@link io.coralml.tensor.DType}, a {@link io.coralml.tensor.Shape},
 * little-endian bytes, and a permanent identity ({@link io.coralml.tensor.TensorId}) that holds for
 * all three.
 *
 * <p>Depends on the exceptions of {@link io.coralml} only. The identity is specified in {@link
 * io.coralml.tensor.TensorId}; nothing here touches a file.
 */
@NullMarked
package io.coralml.tensor;

import org.jspecify.annotations.NullMarked;
