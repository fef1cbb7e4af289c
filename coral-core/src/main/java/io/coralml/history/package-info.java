/**
 * Floor 6: commits, trees, references and their log in git's own format, so that stock git can read
 * a repository. A commit's tree holds {@code metadata.json} ({@link
 * io.coralml.history.CommitMetadata}) and {@code weights/}, one pointer per tensor ({@link
 * io.coralml.history.TensorPointer}, {@link io.coralml.history.WeightTree}).
 *
 * <p>Depends on {@link io.coralml.io} and {@link io.coralml.tensor}, and on JGit for object formats
 * and walking. JGit never touches a file here: everything is read and written through {@link
 * io.coralml.io.Storage}, and no configuration outside the repository is consulted. Nothing here
 * knows how the bytes of a tensor are stored; of {@link io.coralml.store} only the name of its
 * directory is used, which is forced before a reference moves to what somebody else wrote.
 */
@NullMarked
package io.coralml.history;

import org.jspecify.annotations.NullMarked;
