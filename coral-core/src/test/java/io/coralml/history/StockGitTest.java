package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coralml.io.FileStorage;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Needs a git on the path; skipped without one. */
@org.junit.jupiter.api.Tag("integrity") // Tag alone is a tag of the history
@DisplayName("Stock git")
class StockGitTest {
  private static final Author AUTHOR = new Author("Ada Lovelace", "ada@example.org");

  @TempDir Path folder;

  @BeforeEach
  void requireGit() throws IOException, InterruptedException {
    boolean found;
    try {
      found = new ProcessBuilder("git", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      found = false;
    }
    assumeTrue(found, "no git here");
  }

  private String git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git", "--git-dir=" + folder));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static List<CommitId> fill(History history, int commits) {
    List<CommitId> ids = new ArrayList<>();
    for (int i = 0; i < commits; i++) {
      try (HistorySession session = history.begin()) {
        Map<String, Optional<TensorPointer>> changes = new HashMap<>();
        for (int t = 0; t < 20; t++) {
          Tensor tensor = Tensor.of(new float[] {i, t});
          changes.put("block/" + t + ".weight é", Optional.of(TensorPointer.to(tensor, Map.of())));
        }
        Optional<CommitId> head = session.branch("main");
        HistorySession.Note note =
            new HistorySession.Note(AUTHOR, Instant.ofEpochSecond(1_700_000_000L + i), "commit");
        CommitId id =
            session.commit(
                head.stream().toList(),
                changes,
                CommitMetadata.EMPTY,
                AUTHOR,
                note.time(),
                "message " + i);
        session.moveBranch("main", head, id, note);
        if (head.isEmpty()) {
          session.createTag("v1", id, Optional.of(new Tag.Note(AUTHOR, note.time(), "one")));
        }
        session.publish();
        ids.add(id);
      }
    }
    return ids;
  }

  @Test
  @DisplayName("finds nothing wrong, and reads log, reflog, tags and trees")
  void reads() throws IOException, InterruptedException {
    try (History history = History.create(FileStorage.open(folder), "main")) {
      List<CommitId> ids = fill(history, 3);
      assertThat(git("fsck", "--strict", "--full")).doesNotContain("error", "warning", "dangling");
      assertThat(git("log", "--format=%H %an <%ae> %s"))
          .isEqualTo(
              ids.get(2)
                  + " Ada Lovelace <ada@example.org> message 2\n"
                  + ids.get(1)
                  + " Ada Lovelace <ada@example.org> message 1\n"
                  + ids.get(0)
                  + " Ada Lovelace <ada@example.org> message 0\n");
      assertThat(git("reflog", "main").lines()).hasSize(3);
      assertThat(git("cat-file", "-p", "v1")).contains("object " + ids.get(0), "one");
      assertThat(git("diff", "--name-only", "main~1", "main").lines())
          .hasSize(20)
          .allMatch(line -> line.matches("weights/[0-9a-f]/[0-9a-f]/block%2F\\d+.weight%20%C3%A9"));
    }
  }

  @Test
  @DisplayName("may repack, delta-compress and pack references; all is still readable and writable")
  void repacks() throws IOException, InterruptedException {
    try (History history = History.create(FileStorage.open(folder), "main")) {
      List<CommitId> ids = new ArrayList<>(fill(history, 30));
      git("repack", "-a", "-d", "-f", "--depth=50", "--window=50");
      git("pack-refs", "--all");
      assertThat(folder.resolve("refs/heads/main")).doesNotExist();
      try (History other = History.open(FileStorage.open(folder))) {
        assertThat(other.branch("main")).contains(ids.get(29));
        for (CommitId id : ids) {
          assertThat(other.pointers(id)).hasSize(20);
        }
        ids.addAll(fill(other, 20));
        try (HistorySession session = other.begin()) {
          session.settle();
        }
        for (CommitId id : ids) {
          assertThat(other.pointers(id)).hasSize(20);
        }
      }
      assertThat(git("fsck", "--strict", "--full")).doesNotContain("error", "warning");
    }
  }

  @Test
  @DisplayName("makes an index anew that is damaged, as fsck tells whoever has no backup")
  void index() throws IOException, InterruptedException {
    try (History history = History.create(FileStorage.open(folder), "main")) {
      fill(history, 1);
    }
    Path index = folder.resolve(only(".idx"));
    byte[] before = Files.readAllBytes(index);
    Files.delete(index);
    Files.createFile(index);
    try (History history = History.open(FileStorage.open(folder))) {
      assertThat(history.check(false))
          .singleElement()
          .extracting(HistoryDamage::rebuildable)
          .isEqualTo(Optional.of(only(".pack")));
    }
    git("index-pack", folder.resolve(only(".pack")).toString());
    assertThat(index).hasBinaryContent(before);
    try (History history = History.open(FileStorage.open(folder))) {
      assertThat(history.check(true)).isEmpty();
    }
  }

  /** Returns the one file of the history's packs that ends so, relative to the storage. */
  private String only(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("objects/pack"))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(suffix)).toList();
      assertThat(found).hasSize(1);
      return folder.relativize(found.get(0)).toString();
    }
  }
}
