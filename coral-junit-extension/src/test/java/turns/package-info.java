/** A benchmark and the code it measures, for tests that load both again. */
@NullMarked
package turns;

import org.jspecify.annotations.NullMarked;
