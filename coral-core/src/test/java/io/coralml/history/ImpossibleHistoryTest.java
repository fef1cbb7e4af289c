package io.coralml.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.coralml.CorruptDataException;
import io.coralml.crash.MemoryStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that no program writes, and that somebody may make all the same. */
@Tag("integrity")
@DisplayName("A history that cannot be")
class ImpossibleHistoryTest {
  private static final String ONE = "11".repeat(20);
  private static final String OTHER = "22".repeat(20);
  private static final String EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  private static final Duration ENDLESS = Duration.ofSeconds(20);

  private final MemoryStorage storage = new MemoryStorage();

  @BeforeEach
  void create() {
    History.create(storage, "main").close();
  }

  private void plant(String file, String text) {
    storage.plant(file, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Puts a commit under a name that is not the hash of its content, as only a cycle needs. */
  private void plantCommit(String id, String parent) throws IOException {
    String content =
        "tree "
            + EMPTY_TREE
            + "\nparent "
            + parent
            + "\nauthor Eve <eve@lab> 1700000000 +0000\n"
            + "committer Eve <eve@lab> 1700000000 +0000\n\nround and round\n";
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(deflated)) {
      deflater.write(
          ("commit " + content.length() + '\0' + content).getBytes(StandardCharsets.US_ASCII));
    }
    storage.plant("objects/" + id.substring(0, 2) + "/" + id.substring(2), deflated.toByteArray());
  }

  private void assertRefused() {
    try (History history = History.open(storage)) {
      CommitId head = history.branch("main").orElseThrow();
      assertTimeoutPreemptively(
          ENDLESS,
          () ->
              assertThatThrownBy(
                      () ->
                          history
                              .log(List.of(head), HistoryView.Order.CHILDREN_FIRST)
                              .forEach(each -> {}))
                  .isInstanceOf(CorruptDataException.class)
                  .hasMessageContaining("is damaged"));
    }
  }

  @Test
  @DisplayName("for a commit is its own parent, is refused and not followed for ever")
  void ownParent() throws IOException {
    plantCommit(ONE, ONE);
    plant("refs/heads/main", ONE + "\n");
    assertRefused();
  }

  @Test
  @DisplayName("for two commits are each other's parents, is refused and not followed for ever")
  void cycle() throws IOException {
    plantCommit(ONE, OTHER);
    plantCommit(OTHER, ONE);
    plant("refs/heads/main", ONE + "\n");
    assertRefused();
  }

  @Test
  @DisplayName(
      "for a reference is packed with two values, says so of that one and reads the others")
  void twoValues() {
    plant(
        "packed-refs",
        ONE + " refs/heads/main\n" + ONE + " refs/heads/side\n" + OTHER + " refs/heads/main\n");
    try (History history = History.open(storage)) {
      assertThatThrownBy(() -> history.branch("main"))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("refs/heads/main");
      assertThatThrownBy(history::branches).isInstanceOf(CorruptDataException.class);
      assertThat(history.branch("side")).contains(new CommitId(ONE));
      assertThat(history.damagedReferences())
          .isEqualTo(Map.of("refs/heads/main", Optional.empty()));
      // A file of its own says which one it is.
      plant("refs/heads/main", OTHER + "\n");
      assertThat(history.branch("main")).contains(new CommitId(OTHER));
      assertThat(history.branches()).hasSize(2);
      assertThat(history.damagedReferences()).isEmpty();
    }
  }

  @Test
  @DisplayName("for a reference is packed twice with one value, harms nothing")
  void oneValueTwice() {
    plant("packed-refs", (ONE + " refs/heads/main\n").repeat(2));
    try (History history = History.open(storage)) {
      assertThat(history.branch("main")).contains(new CommitId(ONE));
      assertThat(history.damagedReferences()).isEmpty();
    }
  }
}
