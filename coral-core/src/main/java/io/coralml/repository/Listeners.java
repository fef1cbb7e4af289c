package io.coralml.repository;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who are told what happens in a repository; what happens is logged as well. Thread-safe. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Repository.class);

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
      } catch (RuntimeException e) {
        LOG.warn("The listener {} failed at {}; the repository goes on.", listener, event, e);
      }
    }
  }
}
