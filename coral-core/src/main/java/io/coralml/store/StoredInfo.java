package io.coralml.store;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import org.jspecify.annotations.Nullable;

/**
 * What a store knows of a tensor without reading it.
 *
 * @param id its identity
 * @param dtype type of an element
 * @param shape extents
 * @param byteLength bytes of the tensor itself
 * @param storedBytes encoded bytes on disk, without those of its base
 * @param base the tensor it is a delta against; null if it is stored whole
 * @param depth number of bases below it
 * @param pack simple name of the pack that holds it
 */
public record StoredInfo(
    TensorId id,
    DType dtype,
    Shape shape,
    long byteLength,
    long storedBytes,
    @Nullable TensorId base,
    int depth,
    String pack) {}
