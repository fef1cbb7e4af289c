/**
 * The words every floor shares: the small hierarchy of exceptions, and the log, and nothing else.
 *
 * <p>This package depends on no other package of the project.
 */
@NullMarked
package io.coralml;

import org.jspecify.annotations.NullMarked;
