/**
 * A real training run whose checkpoints the suites use: a small network learns seeded digits, by
 * the Deep Java Library. The engine is there in the profiles training, full and comprehensive only;
 * whoever uses this room asks {@link io.coralml.perf.training.TrainedCheckpoints#isAvailable()}
 * first.
 */
@NullMarked
package io.coralml.perf.training;

import org.jspecify.annotations.NullMarked;
