package io.coralml.perf.resident;

import io.coralml.format.Safetensors;
import io.coralml.format.TensorFile;
import io.coralml.junit.memory.ResidentSize;
import io.coralml.repository.Repository;
import java.nio.file.Path;

/** Imports a file into a repository and prints the peak of what was resident; a program. */
public final class ImportLarge {
  private ImportLarge() {}

  /**
   * Imports.
   *
   * @param arguments folder of the repository, and the safetensors file
   */
  public static void main(String[] arguments) {
    try (Repository repository = Repository.open(Path.of(arguments[0]));
        TensorFile file = Safetensors.open(Path.of(arguments[1]))) {
      repository.transaction("main").putAll(file.tensors()).commit("import");
      System.out.println(ResidentSize.ofThisProcess().peak().orElse(0));
    }
  }
}
