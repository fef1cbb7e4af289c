/**
 * Floor 9: the command line. One class per verb, printing and progress; no logic.
 *
 * <p>{@link io.coralml.cli.Coral} is the entry point and says what the exit codes mean. May use
 * every floor below.
 */
@NullMarked
package io.coralml.cli;

import org.jspecify.annotations.NullMarked;
