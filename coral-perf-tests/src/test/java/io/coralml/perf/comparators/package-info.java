/**
 * Other ways of storing weights, so that every figure of the project's own codec stands beside
 * theirs from the same run on the same data. Each is an honest implementation: it reuses its
 * buffers, avoids work per byte where it can, counts every byte it stores, and is held by a test to
 * the ratio that is known for it.
 */
@NullMarked
package io.coralml.perf.comparators;

import org.jspecify.annotations.NullMarked;
