package io.coralml.repository;

/**
 * Is told what happens in one {@link Repository} object, by the thread that did it and after it was
 * done, so a slow listener slows that thread down. Whatever it throws is logged and changes
 * nothing. Must be thread-safe.
 *
 * @see Repository#addListener
 * @see RepositoryMetrics
 */
@FunctionalInterface
public interface RepositoryListener {
  /** Is told what happened. */
  void on(RepositoryEvent event);
}
