/** Examples, properties and oracles for the statistics. */
@NullMarked
package io.coralml.junit.stats;

import org.jspecify.annotations.NullMarked;
