package io.coralml.repository;

import io.coralml.history.TensorPointer;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import java.util.SortedMap;

/**
 * What a commit records of a tensor, known without reading the tensor.
 *
 * @param name its name in the model
 * @param id its permanent identity
 * @param dtype type of an element
 * @param shape extents
 * @param byteLength number of bytes of the tensor itself
 * @param attributes what the user noted about it; sorted, unmodifiable
 */
public record TensorInfo(
    String name,
    TensorId id,
    DType dtype,
    Shape shape,
    long byteLength,
    SortedMap<String, String> attributes) {

  static TensorInfo of(String name, TensorPointer pointer) {
    return new TensorInfo(
        name,
        pointer.id(),
        pointer.dtype(),
        pointer.shape(),
        pointer.byteLength(),
        pointer.attributes());
  }
}
