package io.coralml.perf;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;

/**
 * The same commit where forcing costs nothing, on a file system in memory: what the code costs, not
 * the disk. A disk's answers vary more than most changes of the code, so here a change is seen
 * first.
 */
@DisplayName("Commit in memory")
class CommitInMemoryBenchmark extends CommitBenchmark {
  private static final Path MEMORY = Path.of("/dev/shm");

  @Override
  ScratchRepository repository() {
    assumeTrue(Files.isWritable(MEMORY), "there is no file system in memory at " + MEMORY);
    return ScratchRepository.below(MEMORY);
  }
}
