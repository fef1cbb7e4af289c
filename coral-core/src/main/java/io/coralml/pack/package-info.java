/**
 * Floor 3: immutable packs. A pack is one HDF5 file that holds encoded tensors, a table of where
 * each of them is, and checksums over every byte; {@link io.coralml.pack.PackFormat} is its
 * specification.
 *
 * <p>Depends on {@code tensor} and {@code io}. Does not know how a tensor is encoded, nor which
 * packs there are.
 */
@NullMarked
package io.coralml.pack;

import org.jspecify.annotations.NullMarked;
