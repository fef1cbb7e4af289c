@NullMarked
package io.coralml.history;

import org.jspecify.annotations.NullMarked;
