package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("security")
@Tag("integrity")
@DisplayName("Processes that commit to one branch at once")
class ProcessCommitsTest {
  @TempDir Path folder;

  private void commit(int processes, int threads, int commits)
      throws IOException, InterruptedException {
    Repository.init(folder).close();
    List<CommitterProcess> running = new ArrayList<>();
    try {
      for (int i = 0; i < processes; i++) {
        running.add(CommitterProcess.start(folder, i * threads, threads, commits));
      }
      List<Acknowledged> acknowledged = new ArrayList<>();
      cleanWhile(running);
      for (CommitterProcess each : running) {
        each.awaitSuccess();
        assertThat(each.acknowledged()).hasSize(threads * commits);
        acknowledged.addAll(each.acknowledged());
      }
      try (Repository repository = Repository.open(folder)) {
        assertThat(Writers.verify(repository, acknowledged))
            .isEqualTo(processes * threads * commits);
        // No lock is left: this process gets its turn as well.
        Acknowledged last = Writers.commit(repository, processes * threads, 0);
        assertThat(repository.resolve(Writers.BRANCH)).isEqualTo(last.id());
      }
    } finally {
      running.forEach(CommitterProcess::close);
    }
  }

  /** Cleans up without grace, from this process, as long as the others commit. */
  private void cleanWhile(List<CommitterProcess> running) {
    try (Repository repository = Repository.open(folder)) {
      do {
        repository.gc(GcOptions.immediate());
      } while (running.stream().anyMatch(CommitterProcess::isAlive));
    }
  }

  @Test
  @DisplayName("lose nothing while another cleans up: 3 processes, 8 commits each")
  void few() throws IOException, InterruptedException {
    commit(3, 1, 8);
  }

  @Test
  @DisplayName("lose nothing when each has threads that share commits: 2 processes of 4 threads")
  void groups() throws IOException, InterruptedException {
    commit(2, 4, 5);
  }

  @Test
  @Tag("stress")
  @DisplayName("lose nothing while another cleans up: 16 processes, 20 commits each")
  void many() throws IOException, InterruptedException {
    commit(16, 1, 20);
  }
}
