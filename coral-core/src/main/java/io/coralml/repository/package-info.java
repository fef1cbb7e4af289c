/**
 * Floor 7: the repository. {@link io.coralml.repository.Repository} joins the history ({@link
 * io.coralml.history}) and the store ({@link io.coralml.store}): transactions, snapshots, branches,
 * tags, the staging area, differences, merges, clean-up and checks.
 *
 * <p>May use every floor below. The only formats of its own are the staging file ({@link
 * io.coralml.repository.StagingFormat}) and the settings ({@link
 * io.coralml.repository.RepositoryOptions}).
 */
@NullMarked
package io.coralml.repository;

import org.jspecify.annotations.NullMarked;
