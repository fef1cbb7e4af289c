package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.ConflictException;
import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("integrity")
@DisplayName("Invariant 6 and checks")
class CleaningTest extends RepositoryFixture {
  private static Tensor random(int seed) {
    Random random = new Random(seed);
    float[] values = new float[5_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(values);
  }

  @Nested
  @DisplayName("gc")
  class Gc {
    private CommitId abandoned;

    @BeforeEach
    void abandon() {
      CommitId base = repository.transaction("main").put("a", random(1)).commit("base");
      repository.branches().create("side", base);
      abandoned = repository.transaction("side").put("b", random(2)).commit("to be abandoned");
      repository.branches().delete("side");
    }

    @Test
    @DisplayName("returns what nothing reaches, and nothing else")
    void removes() {
      repository.transaction("main").put("c", random(3)).commit("kept");
      GcReport report = repository.gc(GcOptions.immediate());
      assertThat(report.tensors().removed()).isEqualTo(1);
      assertThat(report.bytesReturned())
          .isGreaterThanOrEqualTo((long) (0.95 * report.tensors().unreachableBytes()));
      assertThat(repository.snapshot("main").tensor("a")).isEqualTo(random(1));
      assertThat(repository.snapshot("main").tensor("c")).isEqualTo(random(3));
      assertThat(repository.history().contains(abandoned)).isFalse();
      assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
    }

    @Test
    @DisplayName("waits for the grace period")
    void grace() {
      GcReport report = repository.gc(GcOptions.defaults());
      assertThat(report.tensors().removed()).isZero();
      assertThat(report.historyObjects()).isZero();
      assertThat(repository.snapshot(abandoned).tensor("b")).isEqualTo(random(2));
    }

    @Test
    @DisplayName("keeps what only the log of a branch reaches, until the entry expires")
    void reflog() {
      CommitId first = repository.resolve("main");
      CommitId second = repository.transaction("main").put("d", random(4)).commit("undone");
      repository.branches().move("main", second, first);
      repository.gc(new GcOptions(Duration.ZERO, Duration.ofDays(1)));
      assertThat(repository.snapshot(second).tensor("d")).isEqualTo(random(4));
      repository.gc(GcOptions.immediate());
      assertThatThrownBy(() -> repository.snapshot(second))
          .isInstanceOf(CorruptDataException.class);
    }

    @Test
    @DisplayName("removes halves of git packs that a killed merge left, in time")
    void halves() throws IOException {
      Path packs = folder.resolve(".coral/objects/pack");
      List<Path> halves =
          List.of(
              packs.resolve("pack-" + "1".repeat(40) + ".pack"),
              packs.resolve("pack-" + "2".repeat(40) + ".idx"));
      Path other = packs.resolve("notes.txt");
      for (Path each : halves) {
        Files.writeString(each, "half");
      }
      Files.writeString(other, "of somebody else");
      repository.gc(GcOptions.defaults());
      assertThat(halves).allMatch(Files::exists);
      repository.gc(GcOptions.immediate());
      assertThat(halves).noneMatch(Files::exists);
      assertThat(other).exists();
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
      assertThat(repository.snapshot("main").tensor("a")).isEqualTo(random(1));
    }

    @Test
    @DisplayName("never drops staged weights")
    void staged() {
      Path file = folder.resolve("in.safetensors");
      Safetensors.write(file, Map.of("s", random(5)), Map.of());
      try (var in = Safetensors.open(file)) {
        repository.staging().add(in, Staging.Mode.UPSERT);
      }
      repository.gc(GcOptions.immediate());
      repository.staging().commit("staged", begun -> begun);
      assertThat(repository.snapshot("main").tensor("s")).isEqualTo(random(5));
    }

    @Test
    @DisplayName("leaves a commit whose tensors it has removed to nobody who wants to refer to it")
    void tooLate() {
      repository.store().sweep(() -> repository.history().reachableTensors(), Duration.ZERO);
      Branches branches = repository.branches();
      CommitId main = repository.resolve("main");
      List<ThrowingCallable> attempts =
          List.of(
              () -> branches.create("again", abandoned),
              () -> branches.move("main", main, abandoned),
              () -> repository.tags().create("again", abandoned),
              () -> repository.checkout(abandoned),
              () -> repository.merge(abandoned.hex()).run(),
              () -> repository.merge(abandoned.hex()).noFastForward().run());
      assertThat(attempts)
          .allSatisfy(each -> assertThatThrownBy(each).isInstanceOf(NotFoundException.class));
      assertThat(branches.all()).isEqualTo(Map.of("main", main));
      assertThat(repository.tags().all()).isEmpty();
      assertThat(repository.head()).isInstanceOf(Head.Attached.class);
    }

    @Test
    @DisplayName("is a conflict for whoever began on a branch that was given up and removed")
    void begun() {
      repository.branches().create("late", abandoned);
      Transaction late = repository.transaction("late").put("b", random(6));
      repository.branches().delete("late");
      repository.gc(GcOptions.immediate());
      assertThatThrownBy(() -> late.commit("too late")).isInstanceOf(ConflictException.class);
    }

    @Test
    @DisplayName("may run while others commit and read")
    void meanwhile() throws Exception {
      Thread writer =
          new Thread(
              () -> {
                for (int i = 0; i < 10; i++) {
                  repository.transaction("main").put("w" + i, random(100 + i)).commit("w" + i);
                }
              });
      writer.start();
      while (writer.isAlive()) {
        repository.gc(GcOptions.immediate());
      }
      writer.join();
      for (int i = 0; i < 10; i++) {
        assertThat(repository.snapshot("main").tensor("w" + i)).isEqualTo(random(100 + i));
      }
    }
  }

  @Nested
  @DisplayName("fsck")
  class Check {
    @BeforeEach
    void commit() {
      repository.transaction().put("a", random(1)).put("b", random(2)).commit("one");
      repository.transaction().put("a", random(3)).commit("two");
    }

    @Test
    @DisplayName("finds nothing wrong with a sound repository, at every level")
    void sound() {
      for (FsckLevel level : FsckLevel.values()) {
        FsckReport report = repository.fsck(level);
        assertThat(report.findings()).isEmpty();
        assertThat(report.commits()).isEqualTo(2);
        assertThat(report.repair()).isEmpty();
      }
    }

    @Test
    @DisplayName("names the commits and tensors that are lost with a pack, and what to do")
    void lostPack() throws IOException {
      repository.close();
      try (var packs = Files.list(folder.resolve(".coral/packs"))) {
        List<Path> h5 = packs.filter(path -> path.toString().endsWith(".h5")).toList();
        for (Path pack : h5) {
          byte[] bytes = Files.readAllBytes(pack);
          bytes[bytes.length / 2] ^= 1;
          Files.write(pack, bytes);
        }
      }
      repository = Repository.open(folder);
      FsckReport report = repository.fsck(FsckLevel.DEEP);
      assertThat(report.isSound()).isFalse();
      assertThat(report.affected()).isNotEmpty();
      assertThat(report.repair()).isNotEmpty();
    }

    @Test
    @DisplayName(
        "lists every commit and tensor that a missing pack has taken along, staged ones too")
    void missingPacks() throws IOException {
      Path file = folder.resolve("staged.safetensors");
      Safetensors.write(file, Map.of("c", random(4)), Map.of());
      try (TensorFile staged = Safetensors.open(file)) {
        repository.staging().add(staged, Staging.Mode.UPSERT);
      }
      CommitId first = repository.resolve("main~1");
      CommitId second = repository.resolve("main");
      repository.close();
      try (Stream<Path> packs = Files.list(folder.resolve(".coral/packs"))) {
        for (Path pack : packs.filter(path -> path.toString().endsWith(".h5")).toList()) {
          Files.delete(pack);
        }
      }
      repository = Repository.open(folder);
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.affected())
          .isEqualTo(Map.of(first, Set.of("a", "b"), second, Set.of("a", "b")));
      assertThat(report.findings())
          .anyMatch(text -> text.contains("2 commits have tensors that cannot be read"))
          .contains("The staged tensor \"c\" cannot be read.");
      assertThat(report.repair()).hasSize(3).last().asString().contains("fsck --level deep");
    }

    @ParameterizedTest(name = "names what a commit that only a log reaches has lost, at level {0}")
    @EnumSource(FsckLevel.class)
    void loggedCommit(FsckLevel level) throws IOException {
      Set<Path> before = packs();
      CommitId tried = repository.transaction("tried").put("c", random(5)).commit("tried");
      Set<Path> lost = packs();
      lost.removeAll(before);
      repository.checkout(tried);
      repository.switchTo("main");
      repository.branches().delete("tried");
      assertThat(repository.fsck(level).findings()).isEmpty();
      assertThat(repository.fsck(level).commits()).isEqualTo(3);
      repository.close();
      for (Path pack : lost) {
        Files.delete(pack);
      }
      repository = Repository.open(folder);
      FsckReport report = repository.fsck(level);
      assertThat(report.affected()).isEqualTo(Map.of(tried, Set.of("c")));
      assertThat(report.isSound()).isFalse();
    }

    private Set<Path> packs() throws IOException {
      try (Stream<Path> packs = Files.list(folder.resolve(".coral/packs"))) {
        return packs.filter(path -> path.toString().endsWith(".h5")).collect(Collectors.toSet());
      }
    }

    @Test
    @DisplayName("reports a reference whose commit is missing")
    void missingCommit() throws IOException {
      Files.writeString(folder.resolve(".coral/refs/heads/bad"), "0123456789".repeat(4) + "\n");
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.findings()).anyMatch(text -> text.contains("0123456789"));
    }

    @Test
    @DisplayName("reports a damaged staging area")
    void staging() throws IOException {
      Files.writeString(folder.resolve(".coral/staging"), "nonsense");
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.findings()).anyMatch(text -> text.contains("staging"));
      repository.staging().clear();
      assertThat(repository.fsck(FsckLevel.STRUCTURE).isSound()).isTrue();
    }
  }

  @Test
  @DisplayName("a commit that is not there is said to be not there")
  void noSuchCommit() {
    assertThatThrownBy(() -> repository.resolve("0123456789".repeat(4)))
        .isInstanceOf(NotFoundException.class);
  }
}
