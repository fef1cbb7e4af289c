/**
 * The memory of the whole process, as the operating system counts it: heap, code, stacks, buffers
 * outside the heap. Measured in a JVM of its own, for the one that measures times has touched all
 * of its heap before it begins.
 */
@NullMarked
package io.coralml.perf.resident;

import org.jspecify.annotations.NullMarked;
