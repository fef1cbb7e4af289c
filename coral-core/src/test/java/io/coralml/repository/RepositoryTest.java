package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.ConflictException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.history.Author;
import io.coralml.history.Commit;
import io.coralml.history.CommitId;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("integrity")
@DisplayName("A repository")
class RepositoryTest extends RepositoryFixture {
  @Nested
  @DisplayName("that was just made")
  class Fresh {
    @Test
    @DisplayName("has no branch and no commit")
    void empty() {
      assertThat(repository.branches().all()).isEmpty();
      assertThat(repository.log()).isEmpty();
      assertThatThrownBy(() -> repository.snapshot("HEAD")).isInstanceOf(NotFoundException.class);
    }

    @Test
    @DisplayName("is not made again")
    void twice() {
      assertThatThrownBy(() -> Repository.init(folder))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("already");
    }

    @Test
    @DisplayName("is found from the folders below it")
    void discovered() throws IOException {
      Path below = Files.createDirectories(folder.resolve("a/b"));
      CommitId id = repository.transaction().put("w", tensor(1)).commit("one");
      try (Repository found = Repository.open(below)) {
        assertThat(found.resolve("HEAD")).isEqualTo(id);
      }
    }

    @Test
    @DisplayName("is not found where there is none")
    void missing(@TempDir Path elsewhere) {
      assertThatThrownBy(() -> Repository.open(elsewhere))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("coral init");
    }
  }

  @Nested
  @DisplayName("commits")
  class Commits {
    @Test
    @DisplayName("invariant 1: every bit as it was put, whatever the values")
    void exact() {
      float[] nasty = {
        Float.intBitsToFloat(0x7FC00001),
        Float.intBitsToFloat(0xFFABCDEF),
        -0.0f,
        0.0f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MAX_VALUE,
        Float.POSITIVE_INFINITY
      };
      Tensor scalar = Tensor.of(DType.F64, Shape.scalar(), ByteBuffer.allocate(8));
      Tensor empty = Tensor.of(DType.BF16, Shape.of(0, 5), ByteBuffer.allocate(0));
      Tensor opaque = Tensor.of(DType.named("X9"), Shape.of(3), ByteBuffer.wrap(new byte[] {1, 2}));
      repository
          .transaction("main")
          .put("nasty", tensor(nasty))
          .put("scalar", scalar)
          .put("empty", empty)
          .put("opaque", opaque)
          .commit("edge cases");
      Snapshot snapshot = repository.snapshot("main");
      assertThat(snapshot.tensor("nasty")).isEqualTo(tensor(nasty));
      assertThat(snapshot.tensor("scalar")).isEqualTo(scalar);
      assertThat(snapshot.tensor("empty")).isEqualTo(empty);
      assertThat(snapshot.tensor("opaque")).isEqualTo(opaque);
    }

    @Test
    @DisplayName("HEAD always holds the whole model, not only what the last commit changed")
    void wholeModel() {
      repository.transaction().put("a", tensor(1)).put("b", tensor(2)).commit("both");
      repository.transaction().put("b", tensor(3)).remove("a").put("c", tensor(4)).commit("more");
      assertThat(repository.snapshot("HEAD").names()).containsExactly("b", "c");
      assertThat(repository.snapshot("HEAD").tensor("b")).isEqualTo(tensor(3));
      assertThat(repository.snapshot("HEAD~1").names()).containsExactly("a", "b");
      assertThat(repository.snapshot("HEAD~1").tensor("b")).isEqualTo(tensor(2));
    }

    @Test
    @DisplayName("carry author, message and notes; the model's own metadata is inherited")
    void noted() {
      repository
          .transaction()
          .put("a", tensor(1))
          .metadata(Map.of("loss", "0.31"))
          .modelMetadata(Map.of("format", "pt"))
          .author(new Author("Ada", "ada@example.org"))
          .commit("subject\n\nbody");
      CommitId second = repository.transaction().put("a", tensor(2)).commit("next");
      List<Commit> log = new ArrayList<>();
      repository.log().forEach(log::add);
      assertThat(log).extracting(Commit::subject).containsExactly("next", "subject");
      assertThat(log.get(1).author().name()).isEqualTo("Ada");
      assertThat(log.get(1).message()).isEqualTo("subject\n\nbody");
      assertThat(repository.snapshot("HEAD~1").metadata()).isEqualTo(Map.of("loss", "0.31"));
      assertThat(repository.snapshot(second).metadata()).isEmpty();
      assertThat(repository.snapshot(second).modelMetadata()).isEqualTo(Map.of("format", "pt"));
    }

    @Test
    @DisplayName("are refused when there is nothing in them")
    void nothing() {
      assertThatThrownBy(() -> repository.transaction().commit("empty"))
          .isInstanceOf(InvalidInputException.class);
      assertThat(repository.log()).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("are refused without a message that can be written")
    @ValueSource(strings = {"", "  \n", "nul\0"})
    void messages(String message) {
      assertThatThrownBy(() -> repository.transaction().put("a", tensor(1)).commit(message))
          .isInstanceOf(InvalidInputException.class);
      assertThat(repository.log()).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("invariant 9: are refused for names that could lead elsewhere")
    @ValueSource(strings = {"", "a\nb", "nul\0", "__metadata__", "\u001b[31m"})
    void names(String name) {
      assertThatThrownBy(() -> repository.transaction().put(name, tensor(1)))
          .isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @DisplayName("keep names that look like paths or git's own files where they belong")
    @ValueSource(
        strings = {"../../evil", "/etc/passwd", ".git", "a/../b", "..", ".", "C:\\x", "é模"})
    void pathLikeNames(String name) {
      repository.transaction().put(name, tensor(7)).commit("odd name");
      assertThat(repository.snapshot("HEAD").tensor(name)).isEqualTo(tensor(7));
      assertThat(repository.snapshot("HEAD").names()).containsExactly(name);
    }

    @Test
    @DisplayName("are refused for a branch name that leads outside, and nothing is written")
    void evilBranch() {
      assertThatThrownBy(() -> repository.transaction("../../evil").put("a", tensor(1)).commit("x"))
          .isInstanceOf(InvalidInputException.class);
      assertThat(folder.resolve("evil")).doesNotExist();
    }

    @Test
    @DisplayName("of a transaction that has ended are refused")
    void ended() {
      Transaction transaction = repository.transaction().put("a", tensor(1));
      transaction.commit("one");
      assertThatThrownBy(() -> transaction.commit("again"))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Nested
  @DisplayName("invariant 5: when two transactions race")
  class Races {
    @Test
    @DisplayName("both succeed if they change different tensors")
    void rebased() {
      repository.transaction().put("a", tensor(1)).put("b", tensor(1)).commit("base");
      Transaction left = repository.transaction().put("a", tensor(2));
      Transaction right = repository.transaction().put("b", tensor(3)).put("c", tensor(4));
      left.commit("left");
      right.commit("right");
      Snapshot head = repository.snapshot("HEAD");
      assertThat(head.tensor("a")).isEqualTo(tensor(2));
      assertThat(head.tensor("b")).isEqualTo(tensor(3));
      assertThat(head.tensor("c")).isEqualTo(tensor(4));
      assertThat(repository.log()).hasSize(3);
    }

    @Test
    @DisplayName("the loser is told which tensors both changed")
    void conflict() {
      repository.transaction().put("a", tensor(1)).put("b", tensor(1)).commit("base");
      Transaction left = repository.transaction().put("a", tensor(2)).put("b", tensor(9));
      Transaction right = repository.transaction().put("a", tensor(3)).put("b", tensor(9));
      left.commit("left");
      assertThatThrownBy(() -> right.commit("right"))
          .isInstanceOfSatisfying(
              ConflictException.class, e -> assertThat(e.names()).containsExactly("a"));
      assertThat(repository.snapshot("HEAD").tensor("a")).isEqualTo(tensor(2));
    }

    @Test
    @DisplayName("a removal conflicts with a change of the same tensor")
    void removal() {
      repository.transaction().put("a", tensor(1)).put("b", tensor(1)).commit("base");
      Transaction left = repository.transaction().remove("a");
      Transaction right = repository.transaction().put("a", tensor(3));
      left.commit("left");
      assertThatThrownBy(() -> right.commit("right")).isInstanceOf(ConflictException.class);
    }

    @Test
    @DisplayName("a removal of a tensor that is not there is refused")
    void removeMissing() {
      repository.transaction().put("a", tensor(1)).commit("base");
      assertThatThrownBy(() -> repository.transaction().remove("nothing").commit("x"))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Nested
  @DisplayName("with a file")
  class WithFiles {
    @Test
    @DisplayName("imports it lazily and exports it bit for bit")
    void roundTrip() {
      Path in = folder.resolve("in.safetensors");
      Path out = folder.resolve("out.safetensors");
      Map<String, Tensor> tensors =
          Map.of("a", tensor(1, Float.NaN), "b", Tensor.of(new double[] {-0.0}, 1, 1));
      Safetensors.write(in, tensors, Map.of("format", "pt"));
      repository.transaction().putAll(Safetensors.open(in)).commit("import");
      Snapshot snapshot = repository.snapshot("HEAD");
      Safetensors.write(out, snapshot.sources(), snapshot.modelMetadata());
      try (TensorFile written = Safetensors.open(out)) {
        assertThat(written.metadata()).isEqualTo(Map.of("format", "pt"));
        assertThat(written.names()).containsExactlyInAnyOrder("a", "b");
        tensors.forEach(
            (name, tensor) -> assertThat(Tensor.copyOf(written.tensor(name))).isEqualTo(tensor));
      }
    }
  }

  @Nested
  @DisplayName("answers queries")
  class Queries {
    @Test
    @DisplayName("by name, dtype, shape, size and attribute")
    void find() {
      repository
          .transaction()
          .put("encoder.0.weight", Tensor.of(new float[6], 2, 3), Map.of("layer", "0"))
          .put("encoder.1.weight", Tensor.of(new float[100], 10, 10))
          .put("encoder.1.bias", Tensor.of(new double[10]))
          .put("head", Tensor.of(new float[6], 2, 3))
          .commit("model");
      Snapshot snapshot = repository.snapshot("main");
      assertThat(names(snapshot, TensorQuery.named("encoder.*.weight")))
          .containsExactly("encoder.0.weight", "encoder.1.weight");
      assertThat(names(snapshot, TensorQuery.named("encoder.?.bias").dtype(DType.F64)))
          .containsExactly("encoder.1.bias");
      assertThat(names(snapshot, TensorQuery.all().shape(Shape.of(2, 3))))
          .containsExactly("encoder.0.weight", "head");
      assertThat(names(snapshot, TensorQuery.all().atLeastBytes(80).atMostBytes(80)))
          .containsExactly("encoder.1.bias");
      assertThat(names(snapshot, TensorQuery.all().attribute("layer", "0")))
          .containsExactly("encoder.0.weight");
      assertThat(names(snapshot, TensorQuery.all().rank(1))).containsExactly("encoder.1.bias");
      assertThat(names(snapshot, TensorQuery.named("[x]"))).isEmpty();
    }

    private static List<String> names(Snapshot snapshot, TensorQuery query) {
      return snapshot.find(query).stream().map(TensorInfo::name).toList();
    }
  }

  @Nested
  @DisplayName("has branches that")
  class BranchTests {
    @Test
    @DisplayName("go their own way")
    void apart() {
      CommitId base = repository.transaction().put("a", tensor(1)).commit("base");
      repository.branches().create("side", base);
      repository.transaction("side").put("a", tensor(2)).commit("side");
      assertThat(repository.snapshot("main").tensor("a")).isEqualTo(tensor(1));
      assertThat(repository.snapshot("side").tensor("a")).isEqualTo(tensor(2));
      repository.branches().delete("side");
      assertThat(repository.branches().all()).containsOnlyKeys("main");
    }

    @Test
    @DisplayName("are not made twice, nor at a commit that is not there")
    void refused() {
      CommitId base = repository.transaction().put("a", tensor(1)).commit("base");
      assertThatThrownBy(() -> repository.branches().create("main", base))
          .isInstanceOf(ConflictException.class);
      assertThatThrownBy(
              () -> repository.branches().create("x", new CommitId("0123456789".repeat(4))))
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> repository.branches().delete("main"))
          .isInstanceOf(InvalidInputException.class);
    }
  }
}
