package io.coralml.repository;

import io.coralml.CoralException;
import io.coralml.Log;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Cleans up after a commit when the last clean-up was long enough ago, if the setting {@code
 * autogcdays} says how long that is. When it was is kept in the file {@value #FILE}, as an ISO-8601
 * instant; whoever finds none begins to count. The commit is safe before, and stays so whatever the
 * clean-up comes to. Thread-safe.
 */
final class CleanUpPolicy {
  private static final Log LOG = Log.of(CleanUpPolicy.class);
  private static final String FILE = "cleaned-up";
  private static final int MAX_LENGTH = 64;

  private final Repository repository;
  private final Storage storage;

  CleanUpPolicy(Repository repository, Storage storage) {
    this.repository = repository;
    this.storage = storage;
  }

  /** Cleans up if it is time. */
  void afterCommit() {
    RepositoryOptions options = repository.options();
    if (options.autoGcDays() == 0) {
      return;
    }
    try {
      Optional<Instant> last = last();
      Instant due = repository.now().minus(Duration.ofDays(options.autoGcDays()));
      if (last.isEmpty()) {
        cleanedUp();
      } else if (!last.get().isAfter(due)) {
        // Noted first, so that of several committers one cleans up and the others go on.
        cleanedUp();
        repository.gc(options.gc());
      }
    } catch (CoralException e) {
      LOG.warn("The commit is safe, but the clean-up after it failed: {}", e.getMessage());
    }
  }

  private Optional<Instant> last() {
    if (!storage.exists(FILE)) {
      return Optional.empty();
    }
    ByteBuffer bytes = storage.readAll(FILE, MAX_LENGTH);
    try {
      return Optional.of(Instant.parse(StandardCharsets.US_ASCII.decode(bytes).toString().strip()));
    } catch (DateTimeParseException e) {
      LOG.debug("The time of the last clean-up cannot be read; counting begins anew.", e);
      return Optional.empty();
    }
  }

  /** Notes that a clean-up has been done. */
  void cleanedUp() {
    if (repository.options().autoGcDays() > 0) {
      String now = repository.now() + "\n";
      storage.writeUnforced(FILE, ByteBuffer.wrap(now.getBytes(StandardCharsets.US_ASCII)));
    }
  }
}
