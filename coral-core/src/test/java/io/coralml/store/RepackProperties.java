package io.coralml.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("A repack")
class RepackProperties {
  @Property(tries = 40)
  @Label("changes no identity, whatever the bases were and shall be, and keeps to the depth")
  void keepsIdentity(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 14) int members,
      @ForAll @IntRange(max = 4) int maxDepth) {
    Random random = new Random(seed);
    List<Tensor> family = RepackTest.family(members);
    MemoryStorage fresh = new MemoryStorage();
    try (ObjectStore store =
        ObjectStore.open(fresh, RepackTest.OPTIONS.withPackBytes(1 + random.nextInt(20_000)))) {
      for (int i = 0; i < members; i++) {
        RepackTest.put(store, family.get(i), i == 0 ? null : family.get(random.nextInt(i)));
      }
    }
    try (ObjectStore store =
        ObjectStore.open(fresh, RepackTest.OPTIONS.withMaxDepth(maxDepth).withPackBytes(20_000))) {
      for (int round = 0; round < 3; round++) {
        List<Tensor> order = new ArrayList<>(family);
        Collections.shuffle(order, random);
        Map<TensorId, Optional<TensorId>> plan = new HashMap<>();
        for (int i = 0; i < members; i++) {
          plan.put(
              order.get(i).id(),
              i == 0 || random.nextInt(4) == 0
                  ? Optional.empty()
                  : Optional.of(order.get(random.nextInt(i)).id()));
        }
        RepackReport report = store.repack(plan, RepackOptions.defaults());
        assertThat(report.complete()).isTrue();
        RepackTest.intact(store, family);
        for (Tensor each : family) {
          assertThat(store.info(each.id()).orElseThrow().depth()).isLessThanOrEqualTo(maxDepth);
        }
      }
    }
  }
}
