package io.coralml.perf.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.GcOptions;
import io.coralml.repository.MergeResult;
import io.coralml.repository.Repository;
import io.coralml.repository.Snapshot;
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
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AddLifecycleHook;

@Tag("accuracy")
@Label("For any models, a repository")
@AddLifecycleHook(ReportedSeed.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE) // the arbitraries have them already
class RepositoryLawsProperties {
  private static final List<DType> DTYPES =
      List.of(DType.F64, DType.F32, DType.BF16, DType.F8_E4M3, DType.I64, DType.U8, DType.F4);

  @Property
  @Label("gives back what was committed, bit for bit, also when it is opened anew")
  void roundTrip(@ForAll("models") Map<String, Tensor> model) {
    try (LawRepository law = new LawRepository()) {
      law.repository().transaction("main").putAll(model).commit("save");
      assertThat(read(law.repository().snapshot("main"))).isEqualTo(model);
      assertThat(read(law.reopened().snapshot("main"))).isEqualTo(model);
    }
  }

  @Property
  @Label("does not change when what it holds is committed again")
  void idempotentCommit(@ForAll("models") Map<String, Tensor> model) {
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
      assertThat(read(repository.snapshot("again"))).isEqualTo(model);
    }
  }

  @Property
  @Label("loses nothing that a branch reaches to a clean-up, and is sound after it")
  void cleanUp(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 2) Integer> branches,
      @ForAll @IntRange(max = 2) int deleted,
      @ForAll("models") Map<String, Tensor> first,
      @ForAll("models") Map<String, Tensor> second) {
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
        Map<String, Tensor> model = new TreeMap<>(read(repository.snapshot(branch)));
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
      expected.forEach((id, model) -> assertThat(read(opened.snapshot(id))).isEqualTo(model));
      assertThat(opened.fsck(FsckLevel.DEEP).findings()).isEmpty();
    }
  }

  @Property
  @Label("merges changes of different tensors into both of them, whichever side merges")
  void disjointMerge(
      @ForAll("models") Map<String, Tensor> base,
      @ForAll("models") Map<String, Tensor> ours,
      @ForAll("models") Map<String, Tensor> theirs) {
    Map<String, Tensor> all = new TreeMap<>(base);
    Map<String, Tensor> left = renamed(ours, "ours.");
    Map<String, Tensor> right = renamed(theirs, "theirs.");
    all.putAll(left);
    all.putAll(right);
    for (boolean swapped : new boolean[] {false, true}) {
      try (LawRepository law = new LawRepository()) {
        Repository repository = law.repository();
        repository.transaction("main").putAll(base).commit("base");
        repository.branches().create("other", repository.resolve("main"));
        repository.transaction("main").putAll(swapped ? right : left).commit("one side");
        repository.transaction("other").putAll(swapped ? left : right).commit("other side");
        MergeResult merged = repository.merge("other").into("main").run();
        assertThat(merged.isDone()).isTrue();
        assertThat(read(repository.snapshot("main"))).isEqualTo(all);
        // Once merged, merging again changes nothing.
        String head = repository.resolve("main").toString();
        assertThat(repository.merge("other").into("main").run().isDone()).isTrue();
        assertThat(repository.resolve("main").toString()).isEqualTo(head);
      }
    }
  }

  @Property
  @Label("never merges two changes of one tensor by itself, and keeps both sides")
  void conflictingMerge(
      @ForAll("tensors") Tensor base,
      @ForAll("tensors") Tensor ours,
      @ForAll("tensors") Tensor theirs) {
    try (LawRepository law = new LawRepository()) {
      Repository repository = law.repository();
      repository.transaction("main").put("t", base).commit("base");
      repository.branches().create("other", repository.resolve("main"));
      repository.transaction("main").put("t", ours).commit("ours");
      repository.transaction("other").put("t", theirs).commit("theirs");
      MergeResult merged = repository.merge("other").into("main").run();
      boolean decided = ours.equals(theirs) || ours.equals(base) || theirs.equals(base);
      assertThat(merged.isDone()).isEqualTo(decided);
      Tensor expected = decided && ours.equals(base) ? theirs : ours;
      assertThat(repository.snapshot("main").tensor("t")).isEqualTo(expected);
      assertThat(repository.snapshot("other").tensor("t")).isEqualTo(theirs);
    }
  }

  @Property
  @Label("exports what it imported, byte for byte")
  void exportImport(@ForAll("models") Map<String, Tensor> model) throws IOException {
    try (LawRepository law = new LawRepository()) {
      Path first = law.file("first.safetensors");
      Path second = law.file("second.safetensors");
      Safetensors.write(first, model, Map.of());
      try (TensorFile file = Safetensors.open(first)) {
        law.repository().transaction("main").putAll(file).commit("import");
      }
      Snapshot snapshot = law.reopened().snapshot("main");
      assertThat(read(snapshot)).isEqualTo(model);
      Safetensors.write(second, snapshot.sources(), Map.of());
      assertThat(Files.mismatch(first, second)).isEqualTo(-1);
    }
  }

  private static Map<String, Tensor> read(Snapshot snapshot) {
    return new TreeMap<>(snapshot.tensors(snapshot.names()));
  }

  private static Map<String, Tensor> renamed(Map<String, Tensor> model, String prefix) {
    Map<String, Tensor> renamed = new TreeMap<>();
    model.forEach((name, tensor) -> renamed.put(prefix + name, tensor));
    return renamed;
  }

  @Provide
  Arbitrary<Map<String, Tensor>> models() {
    Arbitrary<String> names =
        Arbitraries.of("w", "layer.0.weight", "layer.0.bias", "ünïcode", "a b", "UPPER");
    return Arbitraries.maps(names, tensors()).ofMinSize(1).ofMaxSize(4).map(TreeMap::new);
  }

  /** Any bits of any of several dtypes; few different ones, so that equal tensors meet. */
  @Provide
  Arbitrary<Tensor> tensors() {
    return Combinators.combine(
            Arbitraries.of(DTYPES),
            Arbitraries.integers().between(0, 40),
            Arbitraries.longs().between(0, 20))
        .as(RepositoryLawsProperties::tensor);
  }

  private static Tensor tensor(DType dtype, int pairs, long seed) {
    byte[] bytes = new byte[2 * pairs * dtype.bits() / 8];
    new SplittableRandom(seed).nextBytes(bytes);
    return Tensor.of(dtype, Shape.of(2, pairs), ByteBuffer.wrap(bytes));
  }
}
