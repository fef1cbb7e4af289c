package io.coralml.repository;

import io.coralml.Log;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who are told what happens in a repository; what happens is logged as well. Thread-safe. */
final class Listeners {
  private static final Log LOG = Log.of(Repository.class);

  private final List<RepositoryListener> all = new CopyOnWriteArrayList<>();

  void add(RepositoryListener listener) {
    all.add(listener);
  }

  void remove(RepositoryListener listener) {
    all.remove(listener);
  }

  void tell(RepositoryEvent event) {
    if (event instanceof RepositoryEvent.TensorEvent) {
      LOG.trace("{}", event);
    } else if (event instanceof RepositoryEvent.Committed) {
      LOG.debug("{}", event);
    } else {
      LOG.info("{}", event);
    }
    for (RepositoryListener listener : all) {
      try {
        listener.on(event);
      } catch (Throwable e) {
        // Whoever is told of a failure would take the commit for lost, and it is durable.
        LOG.warn("The listener {} failed at {}; the repository goes on.", listener, event, e);
      }
    }
  }
}
