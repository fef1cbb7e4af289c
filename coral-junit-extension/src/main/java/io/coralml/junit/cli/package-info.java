/**
 * The command {@code coral-bench}: runs compared, read, kept and shown, and the machine checked.
 * The top floor of the extension; nothing depends on it.
 */
@NullMarked
package io.coralml.junit.cli;

import org.jspecify.annotations.NullMarked;
