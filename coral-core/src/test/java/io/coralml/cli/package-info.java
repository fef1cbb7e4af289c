@NullMarked
package io.coralml.cli;

import org.jspecify.annotations.NullMarked;
