package io.coralml.merge;

import io.coralml.tensor.TensorSource;
import org.jspecify.annotations.Nullable;

/**
 * One tensor that both sides of a merge changed, or added, differently: what a {@link
 * MergeStrategy} is asked to combine.
 *
 * @param name the tensor's name; it appears in conflicts and seeds what is random
 * @param base the tensor in the merge base; null when both sides added it
 * @param ours the tensor on the side that is merged into
 * @param theirs the tensor on the side that is merged in
 */
public record BothChanged(
    String name, @Nullable TensorSource base, TensorSource ours, TensorSource theirs) {}
