package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.coralml.ConflictException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.merge.BothChanged;
import io.coralml.merge.MergeOutcome;
import io.coralml.merge.MergeStrategies;
import io.coralml.merge.MergeStrategy;
import io.coralml.store.PutBatch;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("integrity")
@DisplayName("With two branches, a repository")
class CombiningTest {
  @TempDir Path folder;
  private Repository repository;
  private CommitId base;

  @BeforeEach
  void init() {
    repository = Repository.init(folder);
    base =
        repository
            .transaction("main")
            .put("shared", tensor(1, 1))
            .put("ours", tensor(1))
            .put("theirs", tensor(1))
            .put("gone", tensor(1))
            .commit("base");
    repository.branches().create("side", base);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private static Tensor tensor(float... values) {
    return Tensor.of(values);
  }

  private Tensor read(String revision, String name) {
    return repository.snapshot(revision).tensor(name);
  }

  @Nested
  @DisplayName("merges")
  class Merges {
    @Test
    @DisplayName("by moving the branch forward where that is enough")
    void fastForward() {
      CommitId ahead = repository.transaction("side").put("new", tensor(2)).commit("ahead");
      MergeResult result = repository.merge("side").into("main").run();
      assertThat(result.status()).isEqualTo(MergeResult.Status.FAST_FORWARD);
      assertThat(repository.resolve("main")).isEqualTo(ahead);
      assertThat(repository.merge("side").into("main").run().status())
          .isEqualTo(MergeResult.Status.UP_TO_DATE);
    }

    @Test
    @DisplayName("what each side changed alone, without asking any strategy")
    void disjoint() {
      CommitId left = repository.transaction("main").put("ours", tensor(2)).commit("left");
      CommitId right =
          repository
              .transaction("side")
              .put("theirs", tensor(3))
              .put("new", tensor(4))
              .remove("gone")
              .commit("right");
      MergeResult result = repository.merge("side").run();
      assertThat(result.status()).isEqualTo(MergeResult.Status.MERGED);
      assertThat(repository.history().commit(repository.resolve("main")).parents())
          .containsExactly(left, right);
      assertThat(repository.snapshot("main").names())
          .containsExactly("new", "ours", "shared", "theirs");
      assertThat(read("main", "ours")).isEqualTo(tensor(2));
      assertThat(read("main", "theirs")).isEqualTo(tensor(3));
    }

    @Test
    @DisplayName("tensors both sides changed, by the strategy that was chosen")
    void average() {
      repository.transaction("main").put("shared", tensor(2, 4)).commit("left");
      repository.transaction("side").put("shared", tensor(4, 8)).commit("right");
      MergeResult result =
          repository.merge("side").into("main").using(MergeStrategies.average()).run();
      assertThat(result.isDone()).isTrue();
      assertThat(read("main", "shared")).isEqualTo(tensor(3, 6));
    }

    @Test
    @DisplayName(
        "nothing when there are conflicts, which are listed and can be resolved one by one")
    void conflicts() {
      repository.transaction("main").put("shared", tensor(2, 4)).remove("gone").commit("left");
      CommitId before = repository.resolve("main");
      repository
          .transaction("side")
          .put("shared", tensor(4, 8))
          .put("gone", tensor(5))
          .commit("right");
      MergeResult result = repository.merge("side").run();
      assertThat(result.status()).isEqualTo(MergeResult.Status.CONFLICTS);
      assertThat(result.conflicts())
          .extracting(MergeConflict::name)
          .containsExactly("gone", "shared");
      assertThat(repository.resolve("main")).isEqualTo(before);
      MergeResult resolved =
          repository
              .merge("side")
              .using("shared", MergeStrategies.theirs())
              .using("gone", MergeStrategies.ours())
              .run();
      assertThat(resolved.isDone()).isTrue();
      assertThat(read("main", "shared")).isEqualTo(tensor(4, 8));
      assertThat(repository.snapshot("main").contains("gone")).isFalse();
    }

    @Test
    @DisplayName("attributes apart from weights: neither side's notes are lost")
    void attributes() {
      repository
          .transaction("main")
          .put("shared", tensor(2, 4), Map.of("layer", "7"))
          .put("ours", tensor(5))
          .put("theirs", tensor(1), Map.of("left", "1"))
          .commit("left");
      repository
          .transaction("side")
          .put("shared", tensor(4, 8), Map.of("frozen", "no"))
          .put("ours", tensor(5), Map.of("note", "same weights"))
          .put("theirs", tensor(6))
          .commit("right");
      repository.merge("side").into("main").using(MergeStrategies.average()).run();
      Snapshot merged = repository.snapshot("main");
      assertThat(merged.info("shared").attributes())
          .containsExactlyInAnyOrderEntriesOf(Map.of("layer", "7", "frozen", "no"));
      assertThat(merged.info("ours").attributes()).containsExactly(entry("note", "same weights"));
      assertThat(merged.info("theirs").attributes()).containsExactly(entry("left", "1"));
      assertThat(read("main", "shared")).isEqualTo(tensor(3, 6));
      assertThat(read("main", "theirs")).isEqualTo(tensor(6));
    }

    @Test
    @DisplayName("a key of the attributes that both sides changed as ours has it, or as chosen")
    void contestedAttributes() {
      repository.transaction("main").put("ours", tensor(1), Map.of("k", "l")).commit("left");
      repository.transaction("side").put("ours", tensor(1), Map.of("k", "r")).commit("right");
      CommitId before = repository.resolve("main");
      repository.merge("side").into("main").run();
      assertThat(repository.snapshot("main").info("ours").attributes())
          .containsExactly(entry("k", "l"));
      repository.branches().create("other", before);
      repository.merge("side").into("other").using(MergeStrategies.theirs()).run();
      assertThat(repository.snapshot("other").info("ours").attributes())
          .containsExactly(entry("k", "r"));
    }

    @Test
    @DisplayName("nothing that was cleaned away meanwhile: it fails and the branch stays")
    void cleanedMeanwhile() {
      repository.transaction("main").put("shared", tensor(2, 4)).commit("left");
      repository
          .transaction("side")
          .put("shared", tensor(4, 8))
          .put("theirs", tensor(3))
          .commit("right");
      CommitId before = repository.resolve("main");
      MergeOperation merge = repository.merge("side").into("main").using(new CleansUp());
      assertThatThrownBy(merge::run).isInstanceOf(NotFoundException.class);
      assertThat(repository.resolve("main")).isEqualTo(before);
      assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
    }

    @Test
    @DisplayName("and what it takes over stays while a clean-up goes on")
    void keepsWhatItTakes() {
      repository.transaction("main").put("ours", tensor(2)).commit("left");
      repository.transaction("side").put("theirs", tensor(3)).commit("right");
      TensorId theirs = repository.snapshot("side").info("theirs").id();
      try (PutBatch batch = repository.store().begin()) {
        batch.keep(theirs);
        repository.branches().delete("side");
        repository.gc(GcOptions.immediate());
        assertThat(repository.store().read(theirs)).isEqualTo(tensor(3));
      }
      repository.gc(GcOptions.immediate());
      assertThat(repository.store().contains(theirs)).isFalse();
    }

    /** A strategy in whose midst the other branch is deleted and cleaned away. */
    private final class CleansUp implements MergeStrategy {
      @Override
      public String name() {
        return "cleans up";
      }

      @Override
      public MergeOutcome merge(BothChanged change) {
        repository.branches().delete("side");
        repository.gc(GcOptions.immediate());
        return new MergeOutcome.Merged(tensor(0, 0));
      }
    }
  }

  @Test
  @DisplayName("applies and undoes single commits")
  void cherryPickAndRevert() {
    repository.transaction("side").put("theirs", tensor(7)).commit("wanted");
    repository.transaction("side").put("shared", tensor(9, 9)).commit("unwanted");
    assertThat(repository.cherryPick("side~1").into("main").run().isDone()).isTrue();
    assertThat(read("main", "theirs")).isEqualTo(tensor(7));
    assertThat(read("main", "shared")).isEqualTo(tensor(1, 1));
    assertThat(repository.revert("main").run().isDone()).isTrue();
    assertThat(repository.history().commit(repository.resolve("main")).tree())
        .isEqualTo(repository.history().commit(base).tree());
    assertThat(repository.cherryPick("HEAD").run().status())
        .isEqualTo(MergeResult.Status.UP_TO_DATE);
  }

  @Test
  @DisplayName("compares them: never blind to a fine-tune, however small")
  void diff() {
    repository
        .transaction("side")
        .put("shared", tensor(1, Math.nextUp(1f)))
        .put("new", tensor(1))
        .remove("gone")
        .commit("tuned");
    ModelDiff diff = repository.diff("main", "side");
    assertThat(diff.added()).extracting(TensorInfo::name).containsExactly("new");
    assertThat(diff.removed()).extracting(TensorInfo::name).containsExactly("gone");
    assertThat(diff.changed()).extracting(ModelDiff.TensorChange::name).containsExactly("shared");
    var figures = diff.changed().get(0).compare().orElseThrow();
    assertThat(figures.changed()).isEqualTo(1);
    assertThat(figures.largestChange()).isEqualTo(Math.ulp(1f));
    assertThat(repository.diff("side", "side").isEmpty()).isTrue();
  }

  @Test
  @DisplayName("moves HEAD between branches and single commits")
  void head() {
    repository.switchTo("side");
    CommitId id = repository.transaction().put("new", tensor(1)).commit("on side");
    assertThat(repository.resolve("side")).isEqualTo(id);
    repository.checkout(base);
    assertThat(repository.head()).isEqualTo(new Head.Detached(base));
    assertThatThrownBy(() -> repository.transaction()).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> repository.switchTo("nothing")).isInstanceOf(NotFoundException.class);
  }

  @Test
  @DisplayName("keeps tags")
  void tags() {
    repository.tags().create("light", base);
    repository.tags().annotate("v1", base, new Author("Ada", ""), "release");
    assertThat(repository.tags().all()).containsOnlyKeys("light", "v1");
    assertThat(repository.resolve("v1")).isEqualTo(base);
    assertThatThrownBy(() -> repository.tags().create("v1", base))
        .isInstanceOf(ConflictException.class);
    repository.tags().delete("v1");
    assertThat(repository.tags().find("v1")).isEmpty();
  }
}
