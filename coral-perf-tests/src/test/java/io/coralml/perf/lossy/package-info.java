/**
 * What others give up for fewer bytes: methods that do not give back what was put. They are here to
 * be seen beside the lossless ones, and stand in tables of their own.
 */
@NullMarked
package io.coralml.perf.lossy;

import org.jspecify.annotations.NullMarked;
