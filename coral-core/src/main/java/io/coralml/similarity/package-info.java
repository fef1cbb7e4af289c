/**
 * Floor 5: which stored tensor a new one resembles. Sketches of a few seeded elements, an index of
 * them that finds candidates without looking at the tensors, a ranking by sampled differences, and
 * a {@link io.coralml.store.BaseSelector} that puts these together.
 *
 * <p>Depends on {@code store}, {@code io} and {@code tensor}. The index is a cache: everything in
 * it can be computed again from the tensors. Its files are specified in {@link
 * io.coralml.similarity.RunFile}.
 */
@NullMarked
package io.coralml.similarity;

import org.jspecify.annotations.NullMarked;
