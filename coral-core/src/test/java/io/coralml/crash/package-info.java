/**
 * Test support for crash safety, for every floor above {@code io}: a storage in memory ({@link
 * io.coralml.crash.MemoryStorage}), one that records every operation ({@link
 * io.coralml.crash.CrashingStorage}), one that refuses operations ({@link
 * io.coralml.crash.FailingStorage}), the search through everything a power loss may leave behind
 * ({@link io.coralml.crash.CrashExplorer}), and two who use one storage in a planned order ({@link
 * io.coralml.crash.Turns}).
 */
@NullMarked
package io.coralml.crash;

import org.jspecify.annotations.NullMarked;
