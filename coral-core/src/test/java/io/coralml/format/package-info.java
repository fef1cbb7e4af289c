@NullMarked
package io.coralml.format;

import org.jspecify.annotations.NullMarked;
