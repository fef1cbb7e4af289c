/**
 * What limits throughput: a storage that counts forces, locks and bytes, and a verdict from such
 * counters. Depends on {@code io.coralml.io} and the JVM's own beans.
 */
@NullMarked
package io.coralml.perf.scale;

import org.jspecify.annotations.NullMarked;
