package io.coralml.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.perf.stress.ChildJvm;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.opentest4j.TestAbortedException;

@DisplayName("A repository to measure with")
class ScratchRepositoryTest {

  /** Says whether there is one, or why not. */
  static final class Maker {
    private Maker() {}

    /** Makes it in the first argument's folder if there is one. */
    public static void main(String[] arguments) {
      if (arguments.length > 0) {
        System.setProperty("java.io.tmpdir", arguments[0]);
      }
      try (ScratchRepository made = ScratchRepository.create()) {
        System.out.println("made, " + made.repository().branches().all().size() + " branches");
      } catch (TestAbortedException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  @DisplayName("is not made where there is too little heap: the scenario is skipped and says why")
  void smallHeap() throws Exception {
    ChildJvm.Ended small = ChildJvm.run(64, Maker.class);
    assertThat(small.exitCode()).as(small.output()).isZero();
    assertThat(small.output())
        .containsPattern("Skipped: needs 384 MB of heap, and there are \\d+ MB");
    assertThat(ChildJvm.run(512, Maker.class).output()).contains("made, 0 branches");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @DisabledIfEnvironmentVariable(named = "CORAL_BENCHMARK_TEMP_DIR", matches = ".*")
  @DisplayName("is not made where the disk is full: the scenario is skipped and says why")
  void fullDisk() throws Exception {
    // A file system that has no room for anything.
    ChildJvm.Ended full = ChildJvm.run(512, Maker.class, "/proc");
    assertThat(full.exitCode()).as(full.output()).isZero();
    assertThat(full.output())
        .contains("Skipped: needs 128 MB of disk space, half of what is free, and there are 0 MB");
  }
}
