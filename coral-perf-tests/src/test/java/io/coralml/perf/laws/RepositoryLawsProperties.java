package io.coralml.perf.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.GcOptions;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;

@Tag("integrity")
@Tag("accuracy")
@Label("For any models, a repository")
@AddLifecycleHook(ReportedSeed.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE) // the arbitraries have them already
class RepositoryLawsProperties {
  @Property
  @Label("gives back what was committed, bit for bit, also when it is opened anew")
  void roundTrip(@ForAll(supplier = Models.class) Map<String, Tensor> model) {
    try (LawRepository law = new LawRepository()) {
      law.repository().transaction("main").putAll(model).commit("save");
      assertThat(Models.read(law.repository().snapshot("main"))).isEqualTo(model);
      assertThat(Models.read(law.reopened().snapshot("main"))).isEqualTo(model);
    }
  }

  @Property
  @Label("does not change when what it holds is committed again")
  void idempotentCommit(@ForAll(supplier = Models.class) Map<String, Tensor> model) {
    try (LawRepository law = new LawRepository()) {
      Repository repository = law.repository();
      repository.transaction("main").putAll(model).commit("save");
      long tensors = repository.store().stats().tensors();
      long bytes = repository.store().stats().packBytes();
      repository.branches().create("again", repository.resolve("main"));
      repository.transaction("again").putAll(model).commit("save again");
      assertThat(repository.store().stats().tensors()).isEqualTo(tensors);
      assertThat(repository.store().stats().packBytes()).isEqualTo(bytes);
      assertThat(repository.diff("main", "again").isEmpty()).isTrue();
      assertThat(Models.read(repository.snapshot("again"))).isEqualTo(model);
    }
  }

  @Property
  @Label("loses nothing that a branch reaches to a clean-up, and is sound after it")
  void cleanUp(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 2) Integer> branches,
      @ForAll @IntRange(max = 2) int deleted,
      @ForAll(supplier = Models.class) Map<String, Tensor> first,
      @ForAll(supplier = Models.class) Map<String, Tensor> second) {
    try (LawRepository law = new LawRepository()) {
      Repository repository = law.repository();
      repository.transaction("main").putAll(first).commit("first");
      Map<String, Map<String, Tensor>> expected = new TreeMap<>();
      expected.put(repository.resolve("main").toString(), first);
      Map<String, List<String>> reached = new TreeMap<>();
      for (int i = 0; i < branches.size(); i++) {
        String branch = "b" + branches.get(i);
        if (repository.branches().find(branch).isEmpty()) {
          repository.branches().create(branch, repository.resolve("main"));
        }
        Map<String, Tensor> model = new TreeMap<>(Models.read(repository.snapshot(branch)));
        model.putAll(i % 2 == 0 ? second : first);
        model.put("step", Tensor.of(new int[] {i}));
        String id = repository.transaction(branch).putAll(model).commit("step " + i).toString();
        expected.put(id, model);
        reached.computeIfAbsent(branch, key -> new ArrayList<>()).add(id);
      }
      if (repository.branches().find("b" + deleted).isPresent()) {
        repository.branches().delete("b" + deleted);
        reached.getOrDefault("b" + deleted, List.of()).forEach(expected::remove);
      }
      repository.gc(GcOptions.immediate());
      Repository opened = law.reopened();
      expected.forEach(
          (id, model) -> assertThat(Models.read(opened.snapshot(id))).isEqualTo(model));
      assertThat(opened.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  }

  @Property
  @Label("exports what it imported, byte for byte")
  void exportImport(@ForAll(supplier = Models.class) Map<String, Tensor> model) throws IOException {
    try (LawRepository law = new LawRepository()) {
      Path first = law.file("first.safetensors");
      Path second = law.file("second.safetensors");
      Safetensors.write(first, model, Map.of());
      try (TensorFile file = Safetensors.open(first)) {
        law.repository().transaction("main").putAll(file).commit("import");
      }
      Snapshot snapshot = law.reopened().snapshot("main");
      assertThat(Models.read(snapshot)).isEqualTo(model);
      Safetensors.write(second, snapshot.sources(), Map.of());
      assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }
  }
}
