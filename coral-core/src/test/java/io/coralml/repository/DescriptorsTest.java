package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("security")
@DisplayName("Open files")
class DescriptorsTest {
  private static final Path OPEN = Path.of("/proc/self/fd");

  @TempDir Path folder;

  /** Returns how many files below the folder this process has open. */
  private long open() throws IOException {
    try (Stream<Path> all = Files.list(OPEN)) {
      return all.filter(this::isBelowFolder).count();
    }
  }

  private boolean isBelowFolder(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).startsWith(folder.toRealPath());
    } catch (IOException e) {
      // It was closed while the others were listed.
      return false;
    }
  }

  @Test
  @DisplayName("are none when a repository is closed, and do not grow with what is read from it")
  void none() throws IOException {
    assumeThat(OPEN).isDirectory();
    Tensor tensor = Tensor.of(new float[] {1, 2, 3});
    try (Repository repository = Repository.init(folder)) {
      for (int i = 0; i < 40; i++) {
        repository.transaction("main").put("t" + i, tensor(i)).commit("commit " + i);
      }
      repository.transaction("main").put("t", tensor).commit("last");
      repository.gc(GcOptions.immediate());
      assertThat(repository.snapshot("main").tensor("t")).isEqualTo(tensor);
      long before = open();
      for (int i = 0; i < 1_000; i++) {
        assertThat(repository.snapshot("main").tensor("t")).isEqualTo(tensor);
      }
      assertThat(open()).isEqualTo(before);
    }
    assertThat(open()).isZero();
    for (int i = 0; i < 50; i++) {
      try (Repository repository = Repository.open(folder)) {
        assertThat(repository.snapshot("main").tensor("t" + i % 40)).isEqualTo(tensor(i % 40));
      }
    }
    assertThat(open()).isZero();
  }

  private static Tensor tensor(int seed) {
    return Tensor.of(new float[] {seed, 4});
  }
}
