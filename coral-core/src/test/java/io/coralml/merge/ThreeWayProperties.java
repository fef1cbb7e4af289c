package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;

@Tag("integrity")
@Label("A three-way merge, for any values")
class ThreeWayProperties {

  @Property
  @Label("mirrors when the sides change places")
  void mirrors(
      @ForAll("sides") @Nullable Integer base,
      @ForAll("sides") @Nullable Integer ours,
      @ForAll("sides") @Nullable Integer theirs) {
    assertThat(ThreeWay.of(base, theirs, ours))
        .isEqualTo(ThreeWay.of(base, ours, theirs).swapped());
  }

  @Property
  @Label("never contests what one side left alone or both agree on")
  void quiet(@ForAll("sides") @Nullable Integer one, @ForAll("sides") @Nullable Integer other) {
    assertThat(ThreeWay.of(one, other, one).isContested()).isFalse();
    assertThat(ThreeWay.of(one, one, other).isContested()).isFalse();
    assertThat(ThreeWay.of(one, other, other).isContested()).isFalse();
  }

  @Property
  @Label("contests everything else")
  void contests(
      @ForAll("sides") @Nullable Integer base,
      @ForAll("sides") @Nullable Integer ours,
      @ForAll("sides") @Nullable Integer theirs) {
    boolean allDiffer =
        !Objects.equals(base, ours)
            && !Objects.equals(base, theirs)
            && !Objects.equals(ours, theirs);
    assertThat(ThreeWay.of(base, ours, theirs).isContested()).isEqualTo(allDiffer);
  }

  @Property
  @Label("plans every name once, in order, and lists the contested ones in order")
  void plans(
      @ForAll("models") Map<String, Integer> base,
      @ForAll("models") Map<String, Integer> ours,
      @ForAll("models") Map<String, Integer> theirs) {
    MergePlan plan = MergePlan.of(base, ours, theirs);
    assertThat(plan.contested()).isSorted().doesNotHaveDuplicates();
    assertThat(plan.contested())
        .allMatch(name -> plan.decisions().getOrDefault(name, ThreeWay.UNCHANGED).isContested());
    plan.decisions()
        .forEach(
            (name, decision) ->
                assertThat(decision)
                    .isEqualTo(ThreeWay.of(base.get(name), ours.get(name), theirs.get(name))));
    assertThat(plan.decisions().keySet())
        .containsAll(base.keySet())
        .containsAll(ours.keySet())
        .containsAll(theirs.keySet());
  }

  @Provide
  Arbitrary<Integer> sides() {
    return Arbitraries.integers().between(0, 2).injectNull(0.25);
  }

  @Provide
  Arbitrary<Map<String, Integer>> models() {
    return Arbitraries.maps(
            Arbitraries.strings().withCharRange('a', 'e').ofMaxLength(2),
            Arbitraries.integers().between(0, 2))
        .ofMaxSize(12);
  }
}
