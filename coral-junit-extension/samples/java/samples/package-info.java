/**
 * A manual in small benchmarks, to be read in order. Each runs as it stands; those about a trap show
 * it wrong and right, with the numbers one gets.
 */
@NullMarked
package samples;

import org.jspecify.annotations.NullMarked;
