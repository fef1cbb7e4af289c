@NullMarked
package io.coralml.similarity;

import org.jspecify.annotations.NullMarked;
