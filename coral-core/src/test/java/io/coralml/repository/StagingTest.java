package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The staging area")
class StagingTest extends RepositoryFixture {
  @Test
  @DisplayName("is committed by anybody, and empty afterwards")
  void staged() {
    Path in = folder.resolve("in.safetensors");
    Safetensors.write(in, Map.of("a", tensor(1), "b", tensor(2)), Map.of());
    add(in, Staging.Mode.UPSERT);
    try (Repository other = Repository.open(folder)) {
      assertThat(other.staging().status().added()).containsExactly("a", "b");
      other.staging().commit("from another process", begun -> begun);
    }
    assertThat(repository.staging().status().isEmpty()).isTrue();
    assertThatThrownBy(() -> repository.staging().commit("x", begun -> begun))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("nothing to commit");
    add(in, Staging.Mode.UPSERT);
    assertThat(repository.staging().status().isEmpty()).isTrue();
  }

  @Test
  @DisplayName("makes the model exactly a file that replaces it, whatever HEAD gets meanwhile")
  void replaced() {
    repository.transaction().put("old", tensor(1)).put("a", tensor(1)).commit("base");
    Path in = folder.resolve("in.safetensors");
    Safetensors.write(in, Map.of("a", tensor(5), "b", tensor(2)), Map.of());
    add(in, Staging.Mode.REPLACE);
    Staging.Status status = repository.staging().status();
    assertThat(status.added()).containsExactly("b");
    assertThat(status.changed()).containsExactly("a");
    assertThat(status.removed()).containsExactly("old");
    repository.transaction().put("late", tensor(1)).commit("meanwhile");
    repository.staging().commit("replace", begun -> begun);
    assertThat(repository.snapshot("HEAD").names()).containsExactly("a", "b");
  }

  @Test
  @DisplayName("takes removals, and refuses to remove what is not there")
  void removed() {
    repository.transaction().put("a", tensor(1)).put("b", tensor(1)).commit("base");
    repository.staging().remove(List.of("a"));
    assertThatThrownBy(() -> repository.staging().remove(List.of("nothing")))
        .isInstanceOf(NotFoundException.class);
    assertThat(repository.staging().status().removed()).containsExactly("a");
    repository.staging().commit("remove", begun -> begun);
    assertThat(repository.snapshot("HEAD").names()).containsExactly("b");
  }

  private int add(Path file, Staging.Mode mode) {
    try (TensorFile opened = Safetensors.open(file)) {
      return repository.staging().add(opened, mode);
    }
  }

  @Test
  @DisplayName("keeps nothing of a file that HEAD has: it takes back nothing that HEAD gets later")
  void known() {
    repository.transaction().put("a", tensor(1)).put("b", tensor(1)).commit("base");
    Path in = folder.resolve("in.safetensors");
    Safetensors.write(in, Map.of("a", tensor(1), "b", tensor(2), "c", tensor(3)), Map.of());
    assertThat(add(in, Staging.Mode.UPSERT)).isEqualTo(2);
    repository.transaction().put("a", tensor(9)).commit("a moved on");
    assertThat(repository.staging().status().changed()).containsExactly("b");
    assertThat(repository.staging().status().added()).containsExactly("c");
    repository.staging().commit("staged", begun -> begun);
    assertThat(repository.snapshot("HEAD").tensor("a")).isEqualTo(tensor(9));
    assertThat(repository.snapshot("HEAD").tensor("b")).isEqualTo(tensor(2));
  }

  @Test
  @DisplayName("forgets a change or a removal when what HEAD has is added after all")
  void takenBack() {
    repository.transaction().put("a", tensor(1)).put("b", tensor(1)).commit("base");
    Path changed = folder.resolve("changed.safetensors");
    Safetensors.write(changed, Map.of("a", tensor(2)), Map.of());
    Path asBefore = folder.resolve("before.safetensors");
    Safetensors.write(asBefore, Map.of("a", tensor(1), "b", tensor(1)), Map.of());
    assertThat(add(changed, Staging.Mode.UPSERT)).isOne();
    repository.staging().remove(List.of("b"));
    assertThat(add(asBefore, Staging.Mode.UPSERT)).isZero();
    assertThat(repository.staging().status().isEmpty()).isTrue();
  }
}
