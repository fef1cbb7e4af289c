package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.Kills;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.Repository;
import io.coralml.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A training run that is killed again and again")
class TrainingKillTest {
  private static final long SEED = 20_260_915;
  private static final long STEPS_PER_LIFE = 30;
  private static final int HANGS_SECONDS = 240;

  @TempDir Path folder;

  @Test
  @DisplayName("never loses what it was told is saved, and ends with the bits of one never killed")
  void killed() throws IOException, InterruptedException {
    Random random = new Random(SEED);
    int kills = Kills.elsewhere(4, 2);
    long saved = 0;
    long steps = 0;
    for (int kill = 0; kill < kills; kill++) {
      // More than a life is long, so that the process is always in the midst of it.
      steps = saved + 100_000;
      saved = Math.max(saved, live(steps, random));
      try (Repository repository = Repository.open(folder);
          CheckpointManager checkpoints =
              CheckpointManager.open(repository, TrainingMain.RUN, TrainingMain.options())) {
        List<Checkpoint> all = checkpoints.checkpoints();
        assertThat(all).allMatch(each -> readable(checkpoints, each));
        if (saved > 0) {
          assertThat(all.get(all.size() - 1).state().step()).isGreaterThanOrEqualTo(saved);
          saved = all.get(all.size() - 1).state().step();
        }
      }
    }
    long end = saved + STEPS_PER_LIFE;
    String result = finish(end);
    Path quiet = folder.resolve("never-killed");
    String expected = TrainingMain.train(quiet, end, nowhere()).toString();
    assertThat(result).isEqualTo(TrainingMain.RESULT + expected);
    try (Repository repository = Repository.open(folder)) {
      assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
    }
  }

  private static PrintStream nowhere() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }

  private static boolean readable(CheckpointManager checkpoints, Checkpoint checkpoint) {
    Restored restored = checkpoints.restore(checkpoint);
    return restored.weights().keySet().equals(Set.of("w"))
        && Tensor.copyOf(restored.weights().get("w")).id().equals(restored.weights().get("w").id())
        && restored.state().tensors().keySet().equals(Set.of("momentum"));
  }

  private Process start(long steps) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-cp",
            System.getProperty("java.class.path"),
            TrainingMain.class.getName(),
            folder.toString(),
            Long.toString(steps));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Lets a process train, kills it at some point, and returns the last step it said is saved. */
  private long live(long steps, Random random) throws IOException, InterruptedException {
    Process process = start(steps);
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      assertThat(lines.readLine()).isEqualTo(TrainingMain.STARTED);
      int wanted = random.nextInt(8);
      long saved = 0;
      for (int i = 0; i < wanted; i++) {
        saved = saved(lines.readLine(), saved);
      }
      LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(wanted == 0 ? 300 : 10)));
      process.toHandle().destroyForcibly(); // the process itself would close its output
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        saved = saved(line, saved);
      }
      return saved;
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static long saved(String line, long before) {
    // The last line of a killed process may lack digits, which makes it a smaller step.
    return line.matches(TrainingMain.SAVED + "\\d+")
        ? Math.max(before, Long.parseLong(line.substring(TrainingMain.SAVED.length())))
        : before;
  }

  private String finish(long steps) throws IOException, InterruptedException {
    Process process = start(steps);
    String last = "";
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
      }
    }
    assertThat(process.waitFor(HANGS_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    return last;
  }
}
