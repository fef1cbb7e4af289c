package io.coralml.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The largest changes of a tensor")
class LargestChangesTest {

  private static int kept(double[] changes, double density) {
    LargestChanges largest =
        LargestChanges.of(Tensor.of(new double[changes.length]), Tensor.of(changes), density);
    int kept = 0;
    for (double change : changes) {
      kept += largest.trim(change) == 0 ? 0 : 1;
    }
    return kept;
  }

  @Test
  @DisplayName("are exact where more candidates share their upper bits than are ever collected")
  void crowded() {
    double[] changes = new Random(11).doubles(1_200_000).map(x -> 1 + x * 0x1p-30).toArray();
    double[] sorted = changes.clone();
    Arrays.sort(sorted);
    LargestChanges largest =
        LargestChanges.of(Tensor.of(new double[changes.length]), Tensor.of(changes), 0.3);
    double smallestKept = sorted[changes.length - 360_000];
    assertThat(largest.trim(smallestKept)).isEqualTo(smallestKept);
    assertThat(largest.trim(-smallestKept)).isEqualTo(-smallestKept);
    assertThat(largest.trim(Math.nextDown(smallestKept))).isZero();
  }

  @Test
  @DisplayName("include every tie with the smallest of them")
  void ties() {
    assertThat(kept(new double[] {1, -1, 1, 1, 5, 0.5}, 0.5)).isEqualTo(5);
    double[] same = new double[1_200_000];
    Arrays.fill(same, -3);
    assertThat(kept(same, 0.01)).isEqualTo(same.length);
  }

  @Test
  @DisplayName("are at least one, and none of an empty tensor")
  void few() {
    assertThat(kept(new double[] {1, 2, 3}, 1e-9)).isEqualTo(1);
    assertThat(kept(new double[0], 0.5)).isZero();
    assertThat(kept(new double[] {1, 2, 3}, 1)).isEqualTo(3);
  }

  @Test
  @DisplayName("rank NaN above infinity")
  void special() {
    double[] changes = {1, Double.NaN, Double.NEGATIVE_INFINITY, 9};
    LargestChanges first = LargestChanges.of(Tensor.of(new double[4]), Tensor.of(changes), 0.25);
    assertThat(first.trim(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(first.trim(Double.NaN)).isNaN();
    assertThat(kept(changes, 0.5)).isEqualTo(2);
  }
}
