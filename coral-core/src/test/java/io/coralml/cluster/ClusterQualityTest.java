package io.coralml.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.store.StoredInfo;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Tensors whose distances are known: an update of a share r of the weights lies r / sqrt(1 + r^2)
 * or so away, an independent tensor the square root of 2. Twenty-four projected dimensions give
 * each distance an error of about 1 / sqrt(48), a seventh, which means average out.
 */
@DisplayName("The quality of clusters")
class ClusterQualityTest {
  private static final int FAMILIES = 8;
  private static final int MEMBERS = 12;
  private static final double SHARE = 0.1;

  private final Map<TensorId, Tensor> tensors = new HashMap<>();
  private final Map<TensorId, Integer> families = new HashMap<>();

  private static float[] noise(long seed, double sd) {
    Random random = new Random(seed);
    float[] values = new float[4096];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * sd);
    }
    return values;
  }

  private void add(int family, float[] values) {
    Tensor tensor = Tensor.of(values);
    tensors.put(tensor.id(), tensor);
    families.put(tensor.id(), family);
  }

  private Population population() {
    List<StoredInfo> infos = new ArrayList<>();
    tensors.forEach(
        (id, it) ->
            infos.add(
                new StoredInfo(
                    id, it.dtype(), it.shape(), it.byteLength(), it.byteLength(), null, 0, "p")));
    return Population.of(infos, tensors::get);
  }

  /** Returns for each member the first of its family, which is taken for the medoid. */
  private int[] firstOfFamily(Population population) {
    int[] roots = new int[population.size()];
    Map<Integer, Integer> first = new HashMap<>();
    for (int i = 0; i < roots.length; i++) {
      int family = families.get(population.member(i).id());
      first.putIfAbsent(family, i);
      roots[i] = first.get(family);
    }
    return roots;
  }

  private Population families() {
    for (int family = 0; family < FAMILIES; family++) {
      float[] origin = noise(family, 0.02);
      for (int member = 0; member < MEMBERS; member++) {
        float[] update = noise(1000L * (family + 1) + member, 0.02 * SHARE);
        for (int i = 0; i < update.length; i++) {
          update[i] += origin[i];
        }
        add(family, update);
      }
    }
    return population();
  }

  @Test
  @DisplayName("is what geometry says it is: cohesion, separation, silhouette")
  void known() {
    Population population = families();
    ClusterQuality quality = ClusterQuality.of(population, firstOfFamily(population));
    assertThat(quality.clusters()).isEqualTo(FAMILIES);
    assertThat(quality.singles()).isZero();
    // Two updates of one origin differ by the square root of 2 times the share.
    double within = SHARE * Math.sqrt(2);
    assertThat(quality.cohesion()).isCloseTo(within, within(0.15 * within));
    // The nearest of seven strangers, each sqrt(2) apart with an error of a seventh of that.
    assertThat(quality.separation()).isBetween(1.0, Math.sqrt(2));
    assertThat(quality.silhouette()).isCloseTo(1 - within / 1.2, within(0.04));
  }

  @Test
  @DisplayName("falls to a bad silhouette where members are in the wrong cluster")
  void wrong() {
    Population population = families();
    int[] roots = firstOfFamily(population);
    List<Integer> medoids = new ArrayList<>();
    for (int i = 0; i < roots.length; i++) {
      if (roots[i] == i) {
        medoids.add(i);
      }
    }
    int[] swapped = roots.clone();
    for (int i = 0; i < swapped.length; i++) {
      if (roots[i] != i) {
        swapped[i] = medoids.get((medoids.indexOf(roots[i]) + 1) % medoids.size());
      }
    }
    ClusterQuality quality = ClusterQuality.of(population, swapped);
    assertThat(quality.silhouette()).isLessThan(-0.8);
    assertThat(quality.cohesion()).isCloseTo(Math.sqrt(2), within(0.25));
  }

  @Test
  @DisplayName("of equal members is perfect, and of none or one cluster says that it is unknown")
  void degenerate() {
    add(0, noise(1, 0.02));
    add(1, noise(2, 0.02));
    Population strangers = population();
    ClusterQuality none = ClusterQuality.of(strangers, new int[] {0, 1});
    assertThat(none).isEqualTo(new ClusterQuality(0, 2, Double.NaN, Double.NaN, Double.NaN));
    float[] near = noise(1, 0.02);
    near[7] += 1e-6f;
    add(0, near);
    Population pair = population();
    ClusterQuality one = ClusterQuality.of(pair, firstOfFamily(pair));
    assertThat(one.clusters()).isEqualTo(1);
    assertThat(one.singles()).isEqualTo(1);
    assertThat(one.cohesion()).isCloseTo(0, within(1e-4));
    assertThat(one.separation()).isNaN();
    assertThat(one.silhouette()).isNaN();
  }
}
