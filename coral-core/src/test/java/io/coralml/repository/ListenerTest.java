package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.ConflictException;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A listener of a repository")
class ListenerTest {
  private final Repository repository = Repository.init(new MemoryStorage(), Clock.systemUTC());
  private final List<RepositoryEvent> events = new ArrayList<>();

  @AfterEach
  void close() {
    repository.close();
  }

  private static float[] values() {
    Random random = new Random(7);
    float[] values = new float[4_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Puts a tensor, the same one again, and one that differs in one element. */
  private CommitId commitThree() {
    float[] tuned = values();
    tuned[0] += 1;
    repository.transaction("main").put("w", Tensor.of(values())).commit("whole");
    repository.transaction("main").put("copy", Tensor.of(values())).commit("duplicate");
    return repository.transaction("main").put("w", Tensor.of(tuned)).commit("delta");
  }

  @Test
  @DisplayName("is told of every tensor that was put, every duplicate, delta and commit, in order")
  void puts() {
    repository.addListener(events::add);
    CommitId last = commitThree();
    TensorId whole = Tensor.of(values()).id();
    assertThat(events).hasSize(6);
    RepositoryEvent.Put put = (RepositoryEvent.Put) events.get(0);
    assertThat(put.name()).isEqualTo("w");
    assertThat(put.id()).isEqualTo(whole);
    assertThat(put.rawBytes()).isEqualTo(16_000);
    assertThat(put.storedBytes()).isBetween(1L, 16_100L);
    assertThat(events.get(2)).isEqualTo(new RepositoryEvent.DedupHit("copy", whole, 16_000));
    RepositoryEvent.Delta delta = (RepositoryEvent.Delta) events.get(4);
    assertThat(delta.base()).isEqualTo(whole);
    assertThat(delta.storedBytes()).isLessThan(put.storedBytes());
    RepositoryEvent.Committed committed = (RepositoryEvent.Committed) events.get(5);
    assertThat(committed.commit()).isEqualTo(last);
    assertThat(committed.branch()).isEqualTo("main");
    assertThat(committed.tensors()).isEqualTo(1);
    assertThat(committed.took()).isPositive();
  }

  @Test
  @DisplayName("is told of a clean-up and of what it removed")
  void cleanUps() {
    CommitId head = commitThree();
    repository.branches().create("side", head);
    repository
        .transaction("side")
        .put("x", Tensor.of(new float[] {1, 2, 3}))
        .commit("to be abandoned");
    repository.branches().delete("side");
    repository.addListener(events::add);
    GcReport report = repository.gc(GcOptions.immediate());
    assertThat(events).hasSize(1);
    assertThat(((RepositoryEvent.CleanedUp) events.get(0)).report()).isEqualTo(report);
    assertThat(report.tensors().removed()).isEqualTo(1);
  }

  @Test
  @DisplayName("harms nothing when it throws, and hears nothing once it is removed")
  void throwing() {
    RepositoryListener broken =
        event -> {
          throw new IllegalStateException("a defect of the listener");
        };
    RepositoryListener counting = events::add;
    RepositoryListener lacking =
        event -> {
          throw new NoClassDefFoundError("a class that the listener lacks");
        };
    repository.addListener(broken);
    repository.addListener(lacking);
    repository.addListener(counting);
    CommitId last = commitThree();
    assertThat(repository.resolve("main")).isEqualTo(last);
    assertThat(events).hasSize(6);
    repository.removeListener(counting);
    repository.transaction("main").put("y", Tensor.of(new float[] {1})).commit("unheard");
    assertThat(events).hasSize(6);
  }

  @Test
  @DisplayName("is told nothing of a commit that failed")
  void failed() {
    repository.addListener(events::add);
    Transaction late = repository.transaction("main").put("w", Tensor.of(new float[] {1}));
    repository.transaction("main").put("w", Tensor.of(new float[] {2})).commit("first");
    events.clear();
    assertThat(conflicts(late)).isTrue();
    assertThat(events).isEmpty();
  }

  private static boolean conflicts(Transaction late) {
    try {
      late.commit("second");
      return false;
    } catch (ConflictException e) {
      return true;
    }
  }

  @Test
  @DisplayName("that counts in a Micrometer registry counts tensors, bytes, commits and clean-ups")
  void metrics() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    repository.addListener(new RepositoryMetrics(registry));
    commitThree();
    repository.gc(GcOptions.immediate());
    assertThat(registry.get("coral.tensors").tag("kind", "whole").counter().count()).isOne();
    assertThat(registry.get("coral.tensors").tag("kind", "duplicate").counter().count()).isOne();
    assertThat(registry.get("coral.tensors").tag("kind", "delta").counter().count()).isOne();
    assertThat(registry.get("coral.bytes.raw").tag("kind", "delta").counter().count())
        .isEqualTo(16_000);
    assertThat(registry.get("coral.bytes.stored").tag("kind", "delta").counter().count())
        .isBetween(1.0, 1_000.0);
    assertThat(registry.get("coral.commits").timer().count()).isEqualTo(3);
    assertThat(registry.get("coral.gc").timer().count()).isOne();
  }
}
