package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.MemoryStorage;
import io.coralml.tensor.Tensor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Automatic clean-up")
class CleanUpPolicyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MemoryStorage storage = new MemoryStorage();
  private final List<RepositoryEvent> cleanUps = new ArrayList<>();

  private void init(int days) {
    try (Repository repository = Repository.init(storage, at(0))) {
      repository.configure(RepositoryOptions.defaults().withAutoGcDays(days));
    }
  }

  private static Clock at(int day) {
    return Clock.fixed(START.plus(Duration.ofDays(day)), ZoneOffset.UTC);
  }

  /** Commits on that day, through a repository opened then. */
  private void commit(int day) {
    try (Repository repository = Repository.open(storage, at(day))) {
      repository.addListener(
          event -> {
            if (event instanceof RepositoryEvent.CleanedUp) {
              cleanUps.add(event);
            }
          });
      repository.transaction("main").put("w", Tensor.of(new float[] {day, 1})).commit("day " + day);
      assertThat(repository.snapshot("main").tensor("w"))
          .isEqualTo(Tensor.of(new float[] {day, 1}));
    }
  }

  @Test
  @DisplayName("follows the commit after so many days, and then counts anew")
  void on() {
    init(7);
    commit(0);
    commit(6);
    assertThat(cleanUps).isEmpty();
    commit(7);
    assertThat(cleanUps).hasSize(1);
    commit(8);
    commit(13);
    assertThat(cleanUps).hasSize(1);
    commit(14);
    assertThat(cleanUps).hasSize(2);
  }

  @Test
  @DisplayName("never comes when it is off, as it is by default")
  void off() {
    assertThat(RepositoryOptions.defaults().autoGcDays()).isZero();
    init(0);
    for (int day = 0; day < 400; day += 100) {
      commit(day);
    }
    assertThat(cleanUps).isEmpty();
    assertThat(storage.exists("cleaned-up")).isFalse();
  }

  @Test
  @DisplayName("is put off by a clean-up somebody asked for")
  void putOff() {
    init(7);
    commit(0);
    try (Repository repository = Repository.open(storage, at(5))) {
      repository.gc(GcOptions.defaults());
    }
    commit(8);
    assertThat(cleanUps).isEmpty();
    commit(12);
    assertThat(cleanUps).hasSize(1);
  }

  @Test
  @DisplayName("begins to count anew when its note of the last one is damaged")
  void damaged() {
    init(7);
    storage.plant("cleaned-up", new byte[] {1, 2, 3});
    commit(100);
    assertThat(cleanUps).isEmpty();
    commit(107);
    assertThat(cleanUps).hasSize(1);
  }
}
