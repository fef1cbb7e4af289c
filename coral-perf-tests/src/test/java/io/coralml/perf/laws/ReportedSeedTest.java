package io.coralml.perf.laws;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.lifecycle.PropagationMode;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Seed and tries")
class ReportedSeedTest {

  @Test
  @DisplayName("are reported of every property of a class that asks for it, not of the class alone")
  void everyProperty() {
    assertThat(new ReportedSeed().propagateTo()).isEqualTo(PropagationMode.ALL_DESCENDANTS);
  }
}
