/** What a benchmark costs in memory: allocation, heap, collections, resident size. */
@NullMarked
package io.coralml.junit.memory;

import org.jspecify.annotations.NullMarked;
