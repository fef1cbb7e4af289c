package io.coralml.perf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;

/**
 * The same commit where forcing costs nothing, on a file system in memory: what the code costs, not
 * the disk. A disk's answers vary more than most changes of the code, so here a change is seen
 * first.
 */
@DisplayName("Commit in memory")
class CommitInMemoryBenchmark extends CommitBenchmark {
  private static final long ROOM = 32L << 20;

  @Override
  ScratchRepository repository() {
    Optional<Path> memory = MemoryFolder.withRoomFor(ROOM);
    assumeTrue(
        memory.isPresent(), "there is no file system in memory with " + (ROOM >> 20) + " MB free");
    return ScratchRepository.below(memory.get());
  }
}
