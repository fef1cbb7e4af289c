package io.coralml.repository;

import io.coralml.NotFoundException;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.HistorySession;
import io.coralml.history.Tag;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The tags of a repository: names that stand for one commit for good. Every change is durable when
 * the method returns. Thread-safe.
 */
public final class Tags {
  private final Repository repository;

  Tags(Repository repository) {
    this.repository = repository;
  }

  /** Returns all tags by name. */
  public SortedMap<String, Tag> all() {
    return repository.history().tags();
  }

  /** Returns a tag, or nothing if there is none of that name. */
  public Optional<Tag> find(String name) {
    return repository.history().tag(name);
  }

  /**
   * Makes a lightweight tag, which is a name alone.
   *
   * @throws io.coralml.ConflictException if there is one of that name
   * @throws NotFoundException if there is no such commit
   */
  public void create(String name, CommitId at) {
    create(name, at, Optional.empty());
  }

  /**
   * Makes an annotated tag, which says who made it, when and why.
   *
   * @throws io.coralml.ConflictException if there is one of that name
   * @throws NotFoundException if there is no such commit
   */
  public void annotate(String name, CommitId at, Author author, String message) {
    create(name, at, Optional.of(new Tag.Note(author, repository.now(), message)));
  }

  private void create(String name, CommitId at, Optional<Tag.Note> note) {
    Salvage.refer(repository, at, session -> session.createTag(name, at, note));
  }

  /**
   * Deletes a tag.
   *
   * @throws NotFoundException if there is none of that name
   */
  public void delete(String name) {
    try (HistorySession session = repository.history().begin()) {
      session.deleteTag(name);
      session.publish();
    }
  }
}
