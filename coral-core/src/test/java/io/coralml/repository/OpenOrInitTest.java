package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.history.CommitId;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Opening or making a repository")
class OpenOrInitTest {
  @TempDir Path folder;

  private static CommitId commit(Path folder, int seed) {
    try (Repository repository = Repository.openOrInit(folder)) {
      return repository
          .transaction()
          .put("t" + seed, Tensor.of(new float[] {seed}))
          .commit("commit " + seed);
    }
  }

  @Test
  @DisplayName("makes one where there is none, folders included, and then opens it")
  void both() {
    Path fresh = folder.resolve("a/b");
    CommitId first = commit(fresh, 1);
    CommitId second = commit(fresh, 2);
    try (Repository repository = Repository.open(fresh)) {
      assertThat(repository.log()).extracting("id").containsExactly(second, first);
    }
  }

  @Test
  @DisplayName("leaves the repository of a folder above alone")
  void below() {
    commit(folder, 1);
    commit(folder.resolve("below"), 2);
    try (Repository above = Repository.open(folder);
        Repository below = Repository.open(folder.resolve("below"))) {
      assertThat(above.log()).hasSize(1);
      assertThat(below.log()).hasSize(1);
    }
  }

  @Test
  @DisplayName("by many at once makes one, and all commit to it")
  void atOnce() throws Exception {
    int many = 8;
    Path fresh = folder.resolve("x/y");
    CyclicBarrier together = new CyclicBarrier(many);
    ExecutorService pool = Executors.newFixedThreadPool(many);
    List<Callable<CommitId>> tasks = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int seed = i;
      tasks.add(
          () -> {
            together.await();
            return commit(fresh, seed);
          });
    }
    List<CommitId> all = new ArrayList<>();
    for (Future<CommitId> each : pool.invokeAll(tasks)) {
      all.add(each.get());
    }
    pool.shutdown();
    try (Repository repository = Repository.open(fresh)) {
      assertThat(repository.log()).extracting("id").containsExactlyInAnyOrderElementsOf(all);
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  }

  @Test
  @DisplayName("refuses a link called .coral, wherever it leads, and a file of that name")
  @DisabledOnOs(OS.WINDOWS)
  void links() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Path linked = Files.createDirectory(folder.resolve("linked"));
    Files.createSymbolicLink(linked.resolve(".coral"), target);
    Path dangling = Files.createDirectory(folder.resolve("dangling"));
    Files.createSymbolicLink(dangling.resolve(".coral"), folder.resolve("nothing"));
    Path file = Files.createDirectory(folder.resolve("file"));
    Files.createFile(file.resolve(".coral"));
    for (Path each : List.of(linked, dangling, file)) {
      assertThatThrownBy(() -> Repository.openOrInit(each))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("in the way");
    }
    assertThat(target).isEmptyDirectory();
    assertThat(folder.resolve("nothing")).doesNotExist();
  }
}
