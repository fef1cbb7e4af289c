/**
 * Floor 1: bytes that can be read at a position, and {@link io.coralml.io.Storage}, the only door
 * to the file system under a repository's directory: temporary file, force, atomic rename,
 * directory force, locks that end with their process. Writes of several files share their forces,
 * step by step ({@link io.coralml.io.StagedWrite}).
 *
 * <p>Depends on the exceptions of {@link io.coralml} only. Knows no format.
 */
@NullMarked
package io.coralml.io;

import org.jspecify.annotations.NullMarked;
