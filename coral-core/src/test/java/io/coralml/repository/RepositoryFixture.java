package io.coralml.repository;

import io.coralml.tensor.Tensor;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A repository that was just made in a folder. */
abstract class RepositoryFixture {
  @TempDir Path folder;
  Repository repository;

  @BeforeEach
  void init() {
    repository = Repository.init(folder);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  static Tensor tensor(float... values) {
    return Tensor.of(values);
  }
}
