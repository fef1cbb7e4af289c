package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.ConflictException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.io.FileStorage;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@org.junit.jupiter.api.Tag("integrity") // Tag alone is a tag of the history
@DisplayName("A history")
class HistoryTest {
  private static final Author AUTHOR = new Author("Ada", "ada@example.org");
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000L);

  @TempDir Path folder;
  private History history;

  @BeforeEach
  void create() {
    history = History.create(FileStorage.open(folder), "main");
  }

  @AfterEach
  void close() {
    history.close();
  }

  private static TensorPointer pointer(float value) {
    return TensorPointer.to(Tensor.of(new float[] {value}), Map.of());
  }

  private CommitId commit(String branch, Map<String, Optional<TensorPointer>> changes) {
    return commit(branch, changes, "a message");
  }

  private CommitId commit(
      String branch, Map<String, Optional<TensorPointer>> changes, String message) {
    try (HistorySession session = history.begin()) {
      Optional<CommitId> head = session.branch(branch);
      CommitId id =
          session.commit(
              head.stream().toList(), changes, CommitMetadata.EMPTY, AUTHOR, TIME, message);
      session.moveBranch(branch, head, id, note("commit: " + message));
      session.publish();
      session.settle();
      return id;
    }
  }

  private static HistorySession.Note note(String reason) {
    return new HistorySession.Note(AUTHOR, TIME, reason);
  }

  private static Map<String, Optional<TensorPointer>> put(String name, float value) {
    return Map.of(name, Optional.of(pointer(value)));
  }

  @Test
  @DisplayName("is empty at first, with HEAD on its branch")
  void empty() {
    assertThat(history.head()).isEqualTo(new Head.Attached("main"));
    assertThat(history.headCommit()).isEmpty();
    assertThat(history.branches()).isEmpty();
    assertThatThrownBy(() -> history.resolve("HEAD"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no commit yet");
  }

  @Test
  @DisplayName("is not created twice")
  void createdTwice() {
    assertThatThrownBy(() -> History.create(FileStorage.open(folder), "main"))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  @DisplayName("gives back what was committed, also to another reader")
  void committed() {
    CommitId id = commit("main", put("a/b.weight", 1));
    try (History other = History.open(FileStorage.open(folder))) {
      assertThat(other.branch("main")).contains(id);
      assertThat(other.pointers(id)).isEqualTo(Map.of("a/b.weight", pointer(1)));
      Commit read = other.commit(id);
      assertThat(read.author()).isEqualTo(AUTHOR);
      assertThat(read.time()).isEqualTo(TIME);
      assertThat(read.message()).isEqualTo("a message");
      assertThat(read.parents()).isEmpty();
    }
  }

  @Test
  @DisplayName("keeps a parent's tensors that a commit does not touch")
  void inherits() {
    Map<String, Optional<TensorPointer>> many = new TreeMap<>();
    for (int i = 0; i < 600; i++) {
      many.put("layer." + i, Optional.of(pointer(i)));
    }
    CommitId first = commit("main", many);
    CommitId second =
        commit("main", Map.of("layer.7", Optional.of(pointer(-1)), "layer.8", Optional.empty()));
    assertThat(history.names(second)).hasSize(599).doesNotContain("layer.8");
    assertThat(history.pointer(second, "layer.7")).contains(pointer(-1));
    assertThat(history.pointer(second, "layer.599")).contains(pointer(599));
    assertThat(history.changes(Optional.of(first), Optional.of(second)))
        .containsOnlyKeys("layer.7", "layer.8");
    assertThat(history.differing(Optional.of(first), Optional.of(second), many.keySet()))
        .containsExactly("layer.7", "layer.8");
  }

  @Test
  @DisplayName("has one tree for one set of tensors, however it came about")
  void canonical() {
    commit("main", Map.of("a", Optional.of(pointer(1)), "b", Optional.of(pointer(2))));
    CommitId left = commit("main", Map.of("b", Optional.empty()));
    CommitId right = commit("other", put("a", 1));
    assertThat(history.commit(left).tree()).isEqualTo(history.commit(right).tree());
  }

  @Test
  @DisplayName("forgets what a session did not publish")
  void unpublished() {
    CommitId lost;
    try (HistorySession session = history.begin()) {
      lost =
          session.commit(
              List.of(), put("a", 1), CommitMetadata.EMPTY, AUTHOR, TIME, "never published");
      session.moveBranch("main", Optional.empty(), lost, note("commit"));
      assertThat(session.branch("main")).contains(lost);
      assertThat(session.pointer(lost, "a")).contains(pointer(1));
    }
    assertThat(history.branch("main")).isEmpty();
    assertThat(history.contains(lost)).isFalse();
  }

  @Test
  @DisplayName("Invariant 5: a branch moves only from where it is expected")
  void compareAndSwap() {
    CommitId first = commit("main", put("a", 1));
    CommitId second = commit("main", put("a", 2));
    try (HistorySession session = history.begin()) {
      assertThatThrownBy(() -> session.moveBranch("main", Optional.of(first), first, note("reset")))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining(second.abbreviated());
      assertThatThrownBy(() -> session.moveBranch("main", Optional.empty(), first, note("create")))
          .isInstanceOf(ConflictException.class);
    }
  }

  @Nested
  @DisplayName("resolves")
  class Resolves {
    @Test
    @DisplayName("branches, tags, ids, their beginnings, and steps back")
    void revisions() {
      CommitId first = commit("main", put("a", 1));
      CommitId second = commit("main", put("a", 2));
      CommitId third = commit("main", put("a", 3));
      try (HistorySession session = history.begin()) {
        session.createTag("light", first, Optional.empty());
        session.createTag("v1", second, Optional.of(new Tag.Note(AUTHOR, TIME, "release one")));
        session.publish();
      }
      assertThat(history.resolve("main")).isEqualTo(third);
      assertThat(history.resolve("refs/heads/main")).isEqualTo(third);
      assertThat(history.resolve("HEAD~1")).isEqualTo(second);
      assertThat(history.resolve("HEAD^^")).isEqualTo(first);
      assertThat(history.resolve("light")).isEqualTo(first);
      assertThat(history.resolve("v1")).isEqualTo(second);
      assertThat(history.resolve(first.hex())).isEqualTo(first);
      assertThat(history.resolve(second.abbreviated())).isEqualTo(second);
      assertThat(history.tags().get("v1").note().orElseThrow().message()).isEqualTo("release one");
      assertThatThrownBy(() -> history.resolve("HEAD~3")).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> history.resolve("nothing")).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> history.resolve("../../x")).isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> history.resolve("")).isInstanceOf(InvalidInputException.class);
    }
  }

  @Nested
  @DisplayName("with branches that went apart")
  class Diverged {
    @Test
    @DisplayName("knows the commit they have in common")
    void mergeBase() {
      CommitId base = commit("main", put("a", 1));
      try (HistorySession session = history.begin()) {
        session.moveBranch("side", Optional.empty(), base, note("branch"));
        session.publish();
      }
      CommitId left = commit("main", put("a", 2));
      CommitId right = commit("side", put("b", 3));
      assertThat(history.mergeBase(left, right)).contains(base);
      assertThat(history.isAncestor(base, left)).isTrue();
      assertThat(history.isAncestor(left, right)).isFalse();
      assertThat(history.reachable(List.of(left, right))).containsOnly(base, left, right);
    }
  }

  @Test
  @DisplayName("logs every movement of a branch and of HEAD")
  void reflog() {
    CommitId first = commit("main", put("a", 1), "one");
    CommitId second = commit("main", put("a", 2), "two\nlines");
    List<ReflogEntry> entries = history.reflog(Optional.of("main"));
    assertThat(entries)
        .extracting(ReflogEntry::after)
        .containsExactly(Optional.of(first), Optional.of(second));
    assertThat(entries.get(1).before()).contains(first);
    assertThat(entries.get(1).reason()).isEqualTo("commit: two lines");
    assertThat(history.reflog(Optional.empty())).isEqualTo(entries);
  }

  @Test
  @DisplayName("reads on behind a torn line of the reflog, and heals it")
  void tornReflog() throws IOException {
    CommitId first = commit("main", put("a", 1));
    Path log = folder.resolve("logs/refs/heads/main");
    Files.writeString(log, Files.readString(log) + first.hex().substring(0, 17));
    CommitId second = commit("main", put("a", 2));
    assertThat(history.reflog(Optional.of("main")))
        .extracting(ReflogEntry::after)
        .containsExactly(Optional.of(first), Optional.of(second));
  }

  @Test
  @DisplayName("stays within 50 git packs, and every old commit is still there")
  void fewPacks() {
    List<CommitId> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(commit("main", put("layer." + i % 7, i)));
      assertThat(history.packCount()).isLessThanOrEqualTo(PackTiers.MAX_PACKS);
    }
    assertThat(history.packCount()).isLessThan(30);
    try (History other = History.open(FileStorage.open(folder))) {
      for (int i = 0; i < ids.size(); i++) {
        assertThat(other.pointer(ids.get(i), "layer." + i % 7)).contains(pointer(i));
      }
    }
  }

  @Test
  @DisplayName("keeps reading while another process merges packs away")
  void mergedAway() {
    CommitId first = commit("main", put("a", 1));
    try (History reader = History.open(FileStorage.open(folder))) {
      for (int i = 0; i < 20; i++) {
        commit("main", put("b", i));
      }
      assertThat(reader.pointer(first, "a")).contains(pointer(1));
      assertThat(reader.names(reader.resolve("main"))).containsExactly("a", "b");
    }
  }

  @Test
  @DisplayName("creates and deletes branches in folders, and refuses one inside another")
  void folders() {
    CommitId id = commit("main", put("a", 1));
    try (HistorySession session = history.begin()) {
      session.moveBranch("x/y", Optional.empty(), id, note("branch"));
      session.publish();
      assertThatThrownBy(() -> session.moveBranch("x", Optional.empty(), id, note("branch")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("refs/heads/x/y");
      assertThatThrownBy(() -> session.moveBranch("x/y/z", Optional.empty(), id, note("branch")))
          .isInstanceOf(InvalidInputException.class);
    }
    try (HistorySession session = history.begin()) {
      session.deleteBranch("x/y");
      session.publish();
      session.moveBranch("x", Optional.empty(), id, note("branch"));
      session.publish();
    }
    assertThat(history.branches()).containsOnlyKeys("main", "x");
  }

  @Test
  @DisplayName("is not blocked by the lock file of a killed git")
  void leftOverLock() throws IOException {
    commit("main", put("a", 1));
    Files.writeString(folder.resolve("refs/heads/main.lock"), "");
    CommitId second = commit("main", put("a", 2));
    assertThat(history.branch("main")).contains(second);
    assertThat(folder.resolve("refs/heads/main.lock")).doesNotExist();
    assertThat(history.branches()).containsOnlyKeys("main");
  }

  @Test
  @DisplayName("reports a damaged reference, and does not take it for none")
  void damagedReference() throws IOException {
    commit("main", put("a", 1));
    Files.writeString(folder.resolve("refs/heads/main"), "");
    assertThatThrownBy(() -> history.branch("main"))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("refs/heads/main");
  }

  @Test
  @DisplayName("notices every changed byte of a pack or its index")
  void flippedBytes() throws IOException {
    CommitId id = commit("main", put("a", 1));
    Path objects = folder.resolve("objects/pack");
    List<Path> files;
    try (var listed = Files.list(objects)) {
      files = listed.sorted().toList();
    }
    for (Path file : files) {
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < good.length; i++) {
        byte[] bad = good.clone();
        bad[i] ^= 0x41;
        Files.write(file, bad);
        try (History other = History.open(FileStorage.open(folder))) {
          assertThat(other.pointers(id)).isEqualTo(Map.of("a", pointer(1)));
          assertThat(other.commit(id).message()).isEqualTo("a message");
        } catch (CorruptDataException e) {
          assertThat(e).hasMessageContaining("fsck");
        }
      }
      Files.write(file, good);
    }
  }
}
