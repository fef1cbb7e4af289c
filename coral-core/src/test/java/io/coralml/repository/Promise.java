package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.history.ReflogEntry;
import io.coralml.history.TensorPointer;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.Optional;

/** What a program was told is safe; whoever opens the repository afterwards must find it so. */
sealed interface Promise {
  /** Throws if the promise is broken. */
  void requireKept(Repository repository);

  /** The repository exists: it was opened. */
  record Made() implements Promise {
    @Override
    public void requireKept(Repository repository) {
      assertThat(repository.head()).isNotNull();
    }
  }

  /** A commit was acknowledged. */
  record Committed(String branch, CommitId id, String name, Tensor tensor) implements Promise {
    @Override
    public void requireKept(Repository repository) {
      requireIn(repository, branch, id);
      assertThat(repository.snapshot(id).tensor(name)).isEqualTo(tensor);
      requireLogged(repository, Optional.of(branch), id);
      if (repository.head() instanceof Head.Attached head && head.branch().equals(branch)) {
        requireLogged(repository, Optional.empty(), id);
      }
    }
  }

  /** A branch was made or moved. */
  record Branched(String name, CommitId at) implements Promise {
    @Override
    public void requireKept(Repository repository) {
      requireIn(repository, name, at);
      requireLogged(repository, Optional.of(name), at);
    }
  }

  /** A commit became part of a branch by a merge. */
  record Joined(String branch, CommitId id, String name, Tensor tensor) implements Promise {
    @Override
    public void requireKept(Repository repository) {
      requireIn(repository, branch, id);
      assertThat(repository.snapshot(id).tensor(name)).isEqualTo(tensor);
    }
  }

  /** A branch was there before and is left alone. */
  record Kept(String name, CommitId at) implements Promise {
    @Override
    public void requireKept(Repository repository) {
      assertThat(repository.branches().find(name)).contains(at);
    }
  }

  /** A branch was deleted, and what its log knew with it. */
  record Deleted(String name) implements Promise {
    @Override
    public void requireKept(Repository repository) {
      assertThat(repository.branches().find(name)).isEmpty();
      assertThat(repository.history().reflog(Optional.of(name))).isEmpty();
    }
  }

  /** A tensor was staged; somebody may have committed it since. */
  record Staged(String name, Tensor tensor) implements Promise {
    @Override
    public void requireKept(Repository repository) {
      Optional<TensorId> found =
          Optional.ofNullable(repository.staging().read().changes().tensors().get(name))
              .flatMap(pointer -> pointer)
              .map(TensorPointer::id)
              .or(() -> repository.history().headCommit().flatMap(id -> committed(repository, id)));
      assertThat(found).contains(tensor.id());
      assertThat(repository.store().read(tensor.id())).isEqualTo(tensor);
    }

    private Optional<TensorId> committed(Repository repository, CommitId id) {
      return repository.history().pointer(id, name).map(TensorPointer::id);
    }
  }

  private static void requireIn(Repository repository, String branch, CommitId id) {
    CommitId head = repository.branches().find(branch).orElseThrow();
    assertThat(repository.history().isAncestor(id, head)).isTrue();
  }

  private static void requireLogged(Repository repository, Optional<String> branch, CommitId id) {
    assertThat(repository.history().reflog(branch))
        .extracting(ReflogEntry::after)
        .contains(Optional.of(id));
  }
}
