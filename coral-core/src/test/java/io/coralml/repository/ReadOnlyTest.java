package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.StorageException;
import io.coralml.crash.MemoryStorage;
import io.coralml.history.CommitId;
import io.coralml.io.Storage;
import io.coralml.tensor.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A repository that nobody may write to")
class ReadOnlyTest {
  private static final Set<String> READING =
      Set.of("info", "exists", "size", "modified", "list", "open", "readAll", "close");

  private static Tensor tensor(int change) {
    return Tensor.of(new float[] {1, 2, 3, change});
  }

  private static MemoryStorage written() {
    MemoryStorage storage = new MemoryStorage();
    try (Repository repository = Repository.init(storage, Clock.systemUTC())) {
      CommitId first = repository.transaction("main").put("w", tensor(1)).commit("first");
      repository.tags().create("v1", first);
      repository.transaction("main").put("w", tensor(2)).put("v", tensor(3)).commit("second");
    }
    return storage;
  }

  /** Refuses everything but looking, locks included: a lock is a file. */
  private static Storage readOnly(Storage storage) {
    return (Storage)
        Proxy.newProxyInstance(
            ReadOnlyTest.class.getClassLoader(),
            new Class<?>[] {Storage.class},
            (proxy, method, arguments) -> {
              if (!READING.contains(method.getName())) {
                throw new StorageException("the file system is read-only");
              }
              try {
                return method.invoke(storage, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @ParameterizedTest(name = "is read all the same; its index of packs is there: {0}")
  @ValueSource(booleans = {true, false})
  void reads(boolean index) {
    MemoryStorage disk = written();
    if (!index) {
      disk.files().keySet().stream()
          .filter(name -> name.startsWith("packs/index"))
          .forEach(disk::delete);
    }
    try (Repository repository = Repository.open(readOnly(disk), Clock.systemUTC())) {
      assertThat(repository.log()).hasSize(2);
      assertThat(repository.snapshot("v1").tensor("w")).isEqualTo(tensor(1));
      assertThat(repository.snapshot("main").find(TensorQuery.named("*"))).hasSize(2);
      assertThat(repository.diff("v1", "main").isEmpty()).isFalse();
      assertThat(repository.branches().all()).hasSize(1);
      assertThat(repository.tags().all()).hasSize(1);
      assertThat(repository.staging().status().isEmpty()).isTrue();
      assertThat(repository.stats().commits()).isEqualTo(2);
      assertThat(repository.fsck(FsckLevel.STRUCTURE).findings()).isEmpty();
      Transaction transaction = repository.transaction("main").put("x", tensor(9));
      assertThatThrownBy(() -> transaction.commit("refused"))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("read-only");
    }
    assertThat(disk.files().keySet()).noneMatch(name -> name.startsWith("tmp/"));
  }
}
