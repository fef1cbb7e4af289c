package io.coralml.training;

import io.coralml.tensor.TensorSource;
import java.util.Map;

/**
 * What a checkpoint holds, bit for bit what was saved.
 *
 * @param checkpoint where it comes from
 * @param state the whole state, its tensors to be read when asked for
 * @param weights the model's tensors by name, to be read when asked for
 */
public record Restored(
    Checkpoint checkpoint, TrainingState state, Map<String, TensorSource> weights) {}
