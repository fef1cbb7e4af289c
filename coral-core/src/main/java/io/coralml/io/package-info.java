/**
 * Floor 1: bytes that can be read at a position, and the only door to the file system.
 *
 * <p>Depends on the exceptions of {@link io.coralml} only.
 */
@NullMarked
package io.coralml.io;

import org.jspecify.annotations.NullMarked;
