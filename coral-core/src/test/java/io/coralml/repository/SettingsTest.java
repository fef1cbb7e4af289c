package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.crash.FailingStorage;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each setting in both positions, as whoever opens the repository next sees it. The others have
 * tests of their own: {@code autogcdays} {@link CleanUpPolicyTest}, {@code similarity} {@link
 * RepackingTest}, {@code clustering} the tests of the command line.
 */
@DisplayName("The setting")
class SettingsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final MemoryStorage storage = new MemoryStorage();

  private static Clock at(int day) {
    return Clock.fixed(START.plus(Duration.ofDays(day)), ZoneOffset.UTC);
  }

  private Repository with(String key, String value) {
    try (Repository repository = Repository.init(storage, at(0))) {
      repository.configure(RepositoryOptions.defaults().with(key, value));
    }
    Repository opened = Repository.open(storage, at(0));
    assertThat(opened.options().settings()).containsEntry(key, value);
    return opened;
  }

  private static Tensor tensor(int changes) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.02f;
    }
    for (int i = 0; i < changes; i++) {
      values[i * 997] += 1;
    }
    return Tensor.of(values);
  }

  private static long encoded(String effort) {
    SettingsTest fresh = new SettingsTest();
    try (Repository repository = fresh.with("effort", effort)) {
      repository.transaction("main").put("w", tensor(0)).commit("one");
      assertThat(repository.snapshot("main").tensor("w")).isEqualTo(tensor(0));
      return repository.store().stats().encodedBytes();
    }
  }

  @Test
  @DisplayName("effort decides how few bytes there are")
  void effort() {
    assertThat(encoded("max")).isLessThan(encoded("fast"));
  }

  @ParameterizedTest(name = "maxdepth: deltas have at most {0} bases below them")
  @ValueSource(ints = {0, 1, 2, 4})
  void maxDepth(int most) {
    try (Repository repository = with("maxdepth", Integer.toString(most))) {
      for (int version = 0; version < 6; version++) {
        repository.transaction("main").put("w", tensor(version)).commit("version " + version);
      }
      assertThat(repository.store().tensors())
          .extracting(StoredInfo::depth)
          .allMatch(depth -> depth <= most)
          .contains(most);
    }
  }

  @Test
  @DisplayName("packbytes cuts a commit into packs")
  void packBytes() {
    assertThat(packs("67108864")).isEqualTo(1);
    assertThat(packs("100000")).isGreaterThan(2);
  }

  private static int packs(String bytes) {
    SettingsTest fresh = new SettingsTest();
    try (Repository repository = fresh.with("packbytes", bytes)) {
      Transaction transaction = repository.transaction("main");
      for (int i = 0; i < 6; i++) {
        float[] values = tensor(0).toFloats();
        SplittableRandom random = new SplittableRandom(i);
        for (int j = 0; j < values.length; j++) {
          values[j] *= (float) random.nextDouble();
        }
        transaction.put("t" + i, Tensor.of(values));
      }
      transaction.commit("six");
      return repository.store().stats().packs();
    }
  }

  @ParameterizedTest(name = "verifywrites, {0}, reaches the store")
  @ValueSource(strings = {"true", "false"})
  void verifyWrites(String value) {
    try (Repository repository = with("verifywrites", value)) {
      assertThat(repository.store().options().verifyWrites()).isEqualTo(value.equals("true"));
      repository.transaction("main").put("w", tensor(0)).commit("one");
      assertThat(repository.snapshot("main").tensor("w")).isEqualTo(tensor(0));
    }
  }

  @ParameterizedTest(name = "gracedays: what nothing reaches stays for {0} days")
  @ValueSource(ints = {0, 3})
  void grace(int days) {
    abandon("gracedays", Integer.toString(days));
    assertThat(cleanedOn(0)).isEqualTo(days == 0 ? 1 : 0);
    assertThat(cleanedOn(2)).isZero();
    assertThat(cleanedOn(4)).isEqualTo(days == 0 ? 0 : 1);
  }

  /** Leaves a tensor that nothing reaches; what the log of HEAD knows stays out of it. */
  private void abandon(String key, String value) {
    try (Repository repository = with(key, value)) {
      CommitId first = repository.transaction("main").put("w", tensor(0)).commit("one");
      repository.branches().create("side", first);
      repository.transaction("side").put("w", Tensor.of(new float[] {7})).commit("two");
      repository.branches().delete("side");
    }
  }

  private long cleanedOn(int day) {
    try (Repository repository = Repository.open(storage, at(day))) {
      return repository.gc(repository.options().gc()).tensors().removed();
    }
  }

  @ParameterizedTest(name = "reflogdays: what a branch stood for before stays known for {0} days")
  @ValueSource(ints = {1, 30})
  void reflog(int days) {
    TensorId lost = Tensor.of(new float[] {8}).id();
    try (Repository repository = with("reflogdays", Integer.toString(days))) {
      repository.configure(repository.options().with("gracedays", "0"));
      CommitId first = repository.transaction("main").put("w", tensor(0)).commit("one");
      CommitId second =
          repository.transaction("side").put("w", Tensor.of(new float[] {8})).commit("two");
      repository.branches().move("side", second, first);
    }
    cleanedOn(10);
    try (Repository repository = Repository.open(storage, at(10))) {
      assertThat(repository.store().info(lost).isPresent()).isEqualTo(days == 30);
    }
  }

  @Test
  @DisplayName("of a preset is changed together with all the others or not at all")
  void together() {
    Repository.init(storage, at(0)).close();
    RepositoryOptions before = RepositoryOptions.defaults();
    int refusals = 0;
    for (RepositoryOptions found = before; found.equals(before); refusals++) {
      FailingStorage failing = new FailingStorage(storage, refusals, "the disk is full");
      try (Repository repository = Repository.open(failing, at(0))) {
        repository.configure(RepositoryOptions.space());
      } catch (StorageException e) {
        assertThat(e).hasMessageContaining("the disk is full");
      }
      try (Repository repository = Repository.open(storage, at(0))) {
        found = repository.options();
        assertThat(found).isIn(before, RepositoryOptions.space());
      }
    }
    assertThat(refusals).isGreaterThan(2);
  }

  @Test
  @DisplayName("presets differ from one another, and each is what is read again")
  void presets() {
    Set<RepositoryOptions> all =
        Set.of(
            RepositoryOptions.defaults(),
            RepositoryOptions.space(),
            RepositoryOptions.speed(),
            RepositoryOptions.memory());
    for (RepositoryOptions each : all) {
      assertThat(RepositoryOptions.of(each.settings())).isEqualTo(each);
    }
    assertThatThrownBy(() -> RepositoryOptions.preset("nonsense"))
        .isInstanceOf(InvalidInputException.class);
  }
}
