/**
 * Floor 2: lossless tensor codecs. A tensor becomes a self-contained run of independent chunks,
 * each in the cheapest of several modes, alone or against a base tensor of the same dtype and
 * shape.
 *
 * <p>Depends on {@code tensor}, {@code io} and the exceptions. The container is specified byte by
 * byte in {@link io.coralml.codec.EncodedFormat}, the modes in {@link io.coralml.codec.ChunkMode}.
 */
@NullMarked
package io.coralml.codec;

import org.jspecify.annotations.NullMarked;
