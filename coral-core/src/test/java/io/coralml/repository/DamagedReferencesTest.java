package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.CorruptDataException;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One torn file does not lose the history, and what fsck says to do about it mends it. */
@DisplayName("A reference whose file is damaged")
class DamagedReferencesTest {
  private static final Author ADA = new Author("Ada", "ada@lab");

  private final MemoryStorage storage = new MemoryStorage();
  private CommitId first;
  private CommitId second;

  @BeforeEach
  void commits() {
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      first = repository.transaction("main").put("a", tensor(1)).commit("first");
      repository.branches().create("side", first);
      second = repository.transaction("main").put("a", tensor(2)).commit("second");
      repository.tags().annotate("v1", first, ADA, "the first");
    }
  }

  private static Tensor tensor(float value) {
    return Tensor.of(new float[] {value});
  }

  private Repository damage(String ref, String content) {
    storage.plant(ref, content.getBytes(StandardCharsets.US_ASCII));
    return Repository.open(storage, Clock.systemUTC());
  }

  private static void assertSound(Repository repository) {
    assertThat(repository.fsck(FsckLevel.DEEP).findings()).isEmpty();
  }

  @ParameterizedTest(name = "is put back by its log, whatever is left of it: [{0}]")
  @ValueSource(strings = {"", "0123456789", "\n", "x\0\u007f\n", "ref: refs/heads/main\n"})
  void branch(String left) {
    try (Repository repository = damage("refs/heads/main", left)) {
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.findings())
          .singleElement()
          .asString()
          .contains("refs/heads/main", "stood at " + second.abbreviated());
      assertThat(report.repair().get(0)).startsWith("coral fsck --repair");
      assertThat(report.commits()).as("the rest is looked at").isEqualTo(2);
      assertThat(repository.snapshot("side").tensor("a")).isEqualTo(tensor(1));
      assertThat(repository.restoreBranches()).isEqualTo(Map.of("main", second));
      assertSound(repository);
      assertThat(repository.branches().all()).isEqualTo(Map.of("main", second, "side", first));
      repository.transaction().put("a", tensor(3)).commit("goes on");
    }
  }

  @Test
  @DisplayName("whose log is gone, too, is given up and made again")
  void unlogged() {
    storage.delete("logs/refs/heads/side");
    try (Repository repository = damage("refs/heads/side", "")) {
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.findings()).singleElement().asString().contains("no log");
      assertThat(report.repair().get(0)).startsWith("coral branch -d side ");
      assertThat(repository.restoreBranches()).isEmpty();
      repository.branches().delete("side");
      assertSound(repository);
      repository.branches().create("side", first);
      assertThat(repository.branches().find("side")).contains(first);
    }
  }

  @Test
  @DisplayName("is put back to a commit that is there, where the log names others later")
  void logAhead() {
    String ahead =
        first.hex() + " " + "0f".repeat(20) + " Ada <ada@lab> 1700000000 +0000\tnever durable\n";
    byte[] log = storage.files().get("logs/refs/heads/main");
    String text = new String(log, StandardCharsets.UTF_8) + ahead;
    storage.plant("logs/refs/heads/main", text.getBytes(StandardCharsets.UTF_8));
    try (Repository repository = damage("refs/heads/main", "")) {
      assertThat(repository.restoreBranches()).isEqualTo(Map.of("main", second));
    }
  }

  @Test
  @DisplayName("is HEAD: whoever switches to a branch has it again")
  void head() {
    try (Repository repository = damage("HEAD", "ref: refs/he")) {
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.findings()).singleElement().asString().contains("'HEAD' is damaged");
      assertThat(report.repair().get(0)).startsWith("coral switch ");
      assertThat(report.commits()).isEqualTo(2);
      repository.switchTo("side");
      assertThat(repository.head()).isEqualTo(new Head.Attached("side"));
      assertSound(repository);
    }
  }

  @Test
  @DisplayName("is HEAD and the branch it follows: mended in the order that fsck says")
  void headAndBranch() {
    storage.plant("refs/heads/main", new byte[0]);
    try (Repository repository = damage("HEAD", "")) {
      assertThat(repository.fsck(FsckLevel.STRUCTURE).repair())
          .hasSize(3)
          .satisfies(steps -> assertThat(steps.get(0)).startsWith("coral fsck --repair"))
          .satisfies(steps -> assertThat(steps.get(1)).startsWith("coral switch "));
      repository.restoreBranches();
      repository.switchTo("main");
      assertSound(repository);
      assertThat(repository.history().headCommit()).contains(second);
    }
  }

  @Test
  @DisplayName("is HEAD: a commit can be checked out all the same")
  void detach() {
    try (Repository repository = damage("HEAD", "")) {
      repository.checkout(first);
      assertThat(repository.head()).isEqualTo(new Head.Detached(first));
      assertSound(repository);
    }
  }

  @Test
  @DisplayName("is a tag: it is given up and made again")
  void tag() {
    try (Repository repository = damage("refs/tags/v1", "")) {
      assertThat(repository.fsck(FsckLevel.STRUCTURE).repair().get(0))
          .startsWith("coral tag -d v1 ");
      repository.tags().delete("v1");
      assertSound(repository);
      repository.tags().annotate("v1", first, ADA, "again");
      assertThat(repository.tags().find("v1")).isPresent();
    }
  }

  @Test
  @DisplayName("keeps nobody from making branches, and keeps a clean-up from removing anything")
  void others() {
    try (Repository repository = damage("refs/heads/main", "")) {
      repository.branches().create("other", first);
      Map<String, byte[]> before = storage.files();
      assertThatThrownBy(() -> repository.gc(GcOptions.immediate()))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("refs/heads/main");
      assertThat(storage.files().keySet()).containsAll(before.keySet());
      repository.restoreBranches();
      assertThat(repository.snapshot("main").tensor("a")).isEqualTo(tensor(2));
    }
  }

  @Test
  @DisplayName("is not what is wrong with an index of a git pack: git makes it anew from the pack")
  void index() {
    String index =
        storage.files().keySet().stream()
            .filter(name -> name.endsWith(".idx"))
            .findFirst()
            .orElseThrow();
    String pack = index.replace(".idx", ".pack");
    try (Repository repository = damage(index, "")) {
      FsckReport report = repository.fsck(FsckLevel.STRUCTURE);
      assertThat(report.findings()).singleElement().asString().contains(index);
      assertThat(report.repair().get(0)).startsWith("git index-pack .coral/" + pack);
      assertThat(report.repair()).hasSize(2);
    }
    storage.delete(pack);
    storage.delete(index);
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      assertThat(repository.fsck(FsckLevel.STRUCTURE).repair().get(0)).startsWith("copy .coral/");
    }
  }

  @Test
  @DisplayName("is not what is wrong with a config that was emptied: the lines it lacks are named")
  void config() {
    storage.plant("config", new byte[0]);
    assertThatThrownBy(() -> Repository.open(storage, Clock.systemUTC()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("'[coral]' and 'version = 1'");
    storage.plant("config", "[coral]\nversion = 1\n".getBytes(StandardCharsets.US_ASCII));
    try (Repository repository = Repository.open(storage, Clock.systemUTC())) {
      assertSound(repository);
    }
  }
}
