/**
 * Floor 8: training. A {@link io.coralml.training.CheckpointManager} turns the states of a training
 * run into commits of a repository, in the background, under policies that say when ({@link
 * io.coralml.training.CheckpointPolicy}) and for how long ({@link io.coralml.training.Retention}).
 * Both are pure functions. {@link io.coralml.training.DjlCheckpoints} does it for the Deep Java
 * Library.
 *
 * <p>May use every floor below; ai.djl is optional and used by the last class alone. What a
 * checkpoint looks like in the history is specified in {@link
 * io.coralml.training.CheckpointManager}. Its name is the one exception to the house's rule against
 * managers: every training framework calls the thing so, and people will look for it under that
 * name.
 */
@NullMarked
package io.coralml.training;

import org.jspecify.annotations.NullMarked;
