@NullMarked
package io.coralml.merge;

import org.jspecify.annotations.NullMarked;
