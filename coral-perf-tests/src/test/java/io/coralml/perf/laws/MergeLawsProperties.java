package io.coralml.perf.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.repository.MergeResult;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Apart from the other laws so that, where tries are many, two JVMs share them. */
@Tag("integrity")
@Tag("accuracy")
@Label("For any two branches, a repository")
@AddLifecycleHook(ReportedSeed.class)
@PropertyDefaults(edgeCases = EdgeCasesMode.NONE) // the arbitraries have them already
class MergeLawsProperties {
  @Property
  @Label("merges changes of different tensors into both of them, whichever side merges")
  void disjointMerge(
      @ForAll(supplier = Models.class) Map<String, Tensor> base,
      @ForAll(supplier = Models.class) Map<String, Tensor> ours,
      @ForAll(supplier = Models.class) Map<String, Tensor> theirs) {
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
        assertThat(Models.read(repository.snapshot("main"))).isEqualTo(all);
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
      @ForAll(supplier = Models.OfOne.class) Tensor base,
      @ForAll(supplier = Models.OfOne.class) Tensor ours,
      @ForAll(supplier = Models.OfOne.class) Tensor theirs) {
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

  private static Map<String, Tensor> renamed(Map<String, Tensor> model, String prefix) {
    Map<String, Tensor> renamed = new TreeMap<>();
    model.forEach((name, tensor) -> renamed.put(prefix + name, tensor));
    return renamed;
  }
}
