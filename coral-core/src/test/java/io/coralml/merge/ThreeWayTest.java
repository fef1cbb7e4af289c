package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A three-way merge of one name")
class ThreeWayTest {

  @ParameterizedTest(name = "base {0}, ours {1}, theirs {2}: {3}")
  @CsvSource({
    "a, a, a, UNCHANGED",
    " ,  ,  , UNCHANGED",
    "a, b, b, SAME_CHANGE",
    "a,  ,  , SAME_CHANGE",
    " , b, b, SAME_CHANGE",
    "a, b, a, TAKE_OURS",
    "a,  , a, TAKE_OURS",
    " , b,  , TAKE_OURS",
    "a, a, b, TAKE_THEIRS",
    "a, a,  , TAKE_THEIRS",
    " ,  , b, TAKE_THEIRS",
    "a, b, c, BOTH_CHANGED",
    " , b, c, BOTH_ADDED",
    "a,  , c, REMOVED_BY_OURS",
    "a, b,  , REMOVED_BY_THEIRS"
  })
  @DisplayName("knows every case")
  void cases(String base, String ours, String theirs, ThreeWay expected) {
    assertThat(ThreeWay.of(base, ours, theirs)).isEqualTo(expected);
  }

  @Test
  @DisplayName("contests what both sides changed differently, and combines what both still hold")
  void kinds() {
    assertThat(ThreeWay.values())
        .filteredOn(ThreeWay::isContested)
        .containsExactlyInAnyOrder(
            ThreeWay.BOTH_CHANGED,
            ThreeWay.BOTH_ADDED,
            ThreeWay.REMOVED_BY_OURS,
            ThreeWay.REMOVED_BY_THEIRS);
    assertThat(ThreeWay.values())
        .filteredOn(ThreeWay::isCombinable)
        .containsExactlyInAnyOrder(ThreeWay.BOTH_CHANGED, ThreeWay.BOTH_ADDED);
  }

  @Test
  @DisplayName("lists the contested names of a whole plan in their order")
  void plan() {
    MergePlan plan =
        MergePlan.of(
            Map.of("z", 1, "m", 1, "a", 1, "kept", 1),
            Map.of("z", 2, "m", 2, "kept", 1, "new", 5),
            Map.of("z", 3, "m", 1, "a", 4, "kept", 1));
    assertThat(plan.contested()).containsExactly("a", "z");
    assertThat(plan.decisions())
        .containsOnlyKeys("a", "kept", "m", "new", "z")
        .containsEntry("m", ThreeWay.TAKE_OURS)
        .containsEntry("new", ThreeWay.TAKE_OURS)
        .containsEntry("a", ThreeWay.REMOVED_BY_OURS);
  }
}
