package io.coralml.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.codec.Effort;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("A plan")
class ClusterProperties {
  private static final int ELEMENTS = 1100;

  /** Tensors of some families, strangers and tiny ones, stored in any way. */
  static Population population(long seed, int count, List<StoredInfo> infos) {
    Random random = new Random(seed);
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean related = i > 0 && random.nextInt(3) > 0;
      Tensor origin = related ? tensors.get(random.nextInt(i)) : null;
      int size = random.nextInt(12) == 0 ? 5 : ELEMENTS + random.nextInt(2);
      float[] values = origin == null ? new float[size] : origin.toFloats();
      double scale = origin == null ? 0.02 : 0.02 * Math.pow(10, -4 * random.nextDouble());
      for (int j = 0; j < values.length; j++) {
        values[j] += (float) (random.nextGaussian() * scale);
      }
      tensors.add(Tensor.of(values));
    }
    Map<TensorId, Tensor> byId = new HashMap<>();
    Map<TensorId, Integer> depths = new HashMap<>();
    List<Tensor> distinct = new ArrayList<>();
    for (Tensor tensor : tensors) {
      if (byId.putIfAbsent(tensor.id(), tensor) == null) {
        distinct.add(tensor);
      }
    }
    for (int i = 0; i < distinct.size(); i++) {
      Tensor tensor = distinct.get(i);
      Tensor base = i > 0 && random.nextInt(3) == 0 ? distinct.get(random.nextInt(i)) : null;
      boolean delta =
          base != null
              && base.shape().equals(tensor.shape())
              && depths.getOrDefault(base.id(), 0) < 4;
      int depth = delta ? depths.getOrDefault(base.id(), 0) + 1 : 0;
      depths.put(tensor.id(), depth);
      infos.add(
          new StoredInfo(
              tensor.id(),
              tensor.dtype(),
              tensor.shape(),
              tensor.byteLength(),
              tensor.byteLength(),
              delta ? base.id() : null,
              depth,
              "pack"));
    }
    return Population.of(infos, byId::get);
  }

  @Property(tries = 40)
  @Label("covers every tensor once, has no circles, keeps to the depth and to one dtype and shape")
  void isSound(
      @ForAll long seed,
      @ForAll @IntRange(max = 60) int count,
      @ForAll @IntRange(max = 4) int maxDepth) {
    List<StoredInfo> infos = new ArrayList<>();
    Population population = population(seed, count, infos);
    Map<TensorId, StoredInfo> stored = new HashMap<>();
    infos.forEach(each -> stored.put(each.id(), each));
    Set<TensorId> untouched = new HashSet<>();
    population.others().forEach(each -> untouched.add(each.id()));
    Clustering clustering = Clustering.of(population, maxDepth, Effort.FAST, seed);
    for (ClusteringStrategy strategy : ClusteringStrategy.values()) {
      ClusterPlan plan = clustering.plan(strategy);
      assertThat(plan.assignments())
          .extracting(ClusterPlan.Assignment::id)
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(stored.keySet());
      Map<TensorId, Optional<TensorId>> bases = plan.bases();
      for (ClusterPlan.Assignment each : plan.assignments()) {
        int depth = 0;
        for (Optional<TensorId> at = each.base(); at.isPresent(); at = bases.get(at.get())) {
          assertThat(stored.get(at.get()).shape()).isEqualTo(stored.get(each.id()).shape());
          depth++;
          assertThat(depth).isLessThanOrEqualTo(4);
        }
        if (!untouched.contains(each.id())) {
          assertThat(depth).isLessThanOrEqualTo(maxDepth);
        }
      }
      assertThat(plan.assignments().stream().mapToLong(it -> it.expectedBytes()).sum())
          .isEqualTo(plan.expectedBytes());
      StringWriter text = new StringWriter();
      PlanFile.write(plan, text);
      assertThat(PlanFile.read(new StringReader(text.toString()))).isEqualTo(plan);
    }
  }

  @Example
  @Label("that is damaged or breaks a promise is refused in one sentence")
  void refused() {
    String one = "a".repeat(64);
    String two = "b".repeat(64);
    String head =
        "{\"format\":\"coral-plan\",\"version\":1,\"strategy\":\"forest\",\"max_depth\":1,\"tensors\":[";
    assertThat(PlanFile.read(new StringReader(head + tensor(one, null) + "]}")).assignments())
        .hasSize(1);
    for (String text :
        List.of(
            "",
            "no JSON",
            "[]",
            "{}",
            "{\"format\":\"coral-plan\",\"version\":2,\"tensors\":[]}",
            head,
            head + "1]}",
            head + tensor("xyz", null) + "]}",
            head + tensor(one, null) + "," + tensor(one, null) + "]}",
            head + tensor(one, two) + "]}",
            head + tensor(one, two) + "," + tensor(two, one) + "]}",
            head + tensor(one, one) + "]}",
            "[".repeat(100_000))) {
      assertThatThrownBy(() -> PlanFile.read(new StringReader(text)))
          .as(text.substring(0, Math.min(200, text.length())))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  private static String tensor(String id, String base) {
    return "{\"id\":\"" + id + "\",\"base\":" + (base == null ? "null" : "\"" + base + "\"") + "}";
  }
}
