package io.coralml.perf.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The make-up of")
class ScenarioTest {
  private static final long SEED = 42;

  private static Offset<Double> percent(double value, double percent) {
    return within(value * percent / 100);
  }

  private static long distinctTensors(Scenario scenario) {
    Set<TensorId> ids = new HashSet<>();
    for (Model save : scenario.saves()) {
      save.tensors().values().forEach(tensor -> ids.add(tensor.id()));
    }
    return ids.size();
  }

  @Test
  @DisplayName("the 18-model set is 126 tensors and 21,348,432 bytes with a limit of 11.27 MB")
  void eighteenModels() {
    Scenario scenario = Scenario.eighteenModels(SEED);
    assertThat(scenario.saves()).hasSize(18);
    assertThat(scenario.tensorCount()).isEqualTo(126);
    assertThat(scenario.rawBytes()).isEqualTo(21_348_432);
    assertThat(scenario.limitBytes()).isEqualTo(11.27e6, percent(11.27e6, 0.5));
    assertThat(scenario.limitRatio()).isEqualTo(1.89, within(0.01));
    assertThat(distinctTensors(scenario)).isEqualTo(14 * 6);
  }

  @Test
  @DisplayName("similar models is 17 saves with a limit of about 20x")
  void similar() {
    Scenario scenario = Scenario.similar(SEED);
    assertThat(scenario.saves()).hasSize(17);
    assertThat(scenario.limitRatio()).isEqualTo(20.5, within(0.3));
    assertThat(changedElements(scenario.saves().get(0), scenario.saves().get(1)))
        .isBetween(480L, 660L); // 567 expected, four standard deviations
  }

  @Test
  @DisplayName("checkpoints is 32 saves of 8 states with a limit of about 30x")
  void checkpoints() {
    Scenario scenario = Scenario.checkpoints(1, 64, SEED);
    assertThat(scenario.saves()).hasSize(32);
    assertThat(scenario.limitRatio()).isEqualTo(30, within(1.5));
  }

  @Test
  @DisplayName("transfer is a frozen backbone and four new heads with a limit of about 5.0x")
  void transfer() {
    Scenario scenario = Scenario.transfer(SEED);
    assertThat(scenario.saves()).hasSize(5);
    assertThat(distinctTensors(scenario)).isEqualTo(4 + 4 * 5);
    assertThat(scenario.limitRatio()).isEqualTo(5.0, within(0.1));
  }

  @Test
  @DisplayName("a team's week is 22 saves with a limit of about 9.4x")
  void mixed() {
    Scenario scenario = Scenario.mixed(SEED);
    assertThat(scenario.saves()).hasSize(22);
    assertThat(scenario.limitRatio()).isEqualTo(9.4, within(0.15));
  }

  @Test
  @DisplayName("any scenario depends on the seed and on nothing else")
  void seeded() {
    List<Model> first = Scenario.transfer(1).saves();
    List<Model> again = Scenario.transfer(1).saves();
    List<Model> other = Scenario.transfer(2).saves();
    for (int i = 0; i < first.size(); i++) {
      assertThat(again.get(i).inMemory().tensors()).isEqualTo(first.get(i).inMemory().tensors());
      assertThat(other.get(i).inMemory().tensors()).isNotEqualTo(first.get(i).inMemory().tensors());
    }
  }

  private static long changedElements(Model base, Model other) {
    long changed = 0;
    for (String name : base.tensors().keySet()) {
      TensorSource source = other.tensors().get(name);
      assertThat(source).as(name).isNotNull();
      float[] before = Tensor.copyOf(base.tensors().get(name)).toFloats();
      float[] after = Tensor.copyOf(source).toFloats();
      for (int i = 0; i < before.length; i++) {
        changed += before[i] == after[i] ? 0 : 1;
      }
    }
    return changed;
  }
}
