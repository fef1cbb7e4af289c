/**
 * The measuring engine compared with JMH: the same bodies, measured by both in fresh JVMs that take
 * turns, so that whatever the machine does happens to both.
 */
@NullMarked
package io.coralml.proof;

import org.jspecify.annotations.NullMarked;
