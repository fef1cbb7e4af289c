@NullMarked
package io.coralml.training;

import org.jspecify.annotations.NullMarked;
