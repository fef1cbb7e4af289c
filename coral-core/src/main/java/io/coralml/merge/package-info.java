/**
 * Floor 6: the mathematics of merging and comparing tensors. {@link io.coralml.merge.ThreeWay}
 * decides per name who changed what; a {@link io.coralml.merge.MergeStrategy} combines a tensor
 * that both sides changed; {@link io.coralml.merge.TensorComparison} says how far two tensors are
 * apart; {@link io.coralml.merge.FloatFormat} turns the elements of every float dtype into numbers
 * and back.
 *
 * <p>Depends on {@link io.coralml.tensor} and the exceptions of {@link io.coralml} only: it reads
 * tensors in blocks and knows neither files nor commits.
 */
@NullMarked
package io.coralml.merge;

import org.jspecify.annotations.NullMarked;
