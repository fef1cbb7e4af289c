package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.crash.Kills;
import io.coralml.store.RepackOptions;
import io.coralml.store.RepackReport;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A repack whose process is killed")
class RepackKillTest {
  private static final long SEED = 20_260_501;
  private static final int TENSORS = 140;

  @TempDir Path folder;

  /** Where the process is killed. */
  private enum Moment {
    BEGUN(CommitterMain.STARTED, 300),
    WRITING(RepackerMain.WRITING, 5),
    WRITTEN(RepackerMain.WRITTEN, 2),
    VERIFYING(RepackerMain.WRITTEN, 30),
    RETIRING(RepackerMain.WRITTEN, 120),
    AFTER(RepackerMain.DONE, 40);

    private final String line;
    private final long withinMillis;

    Moment(String line, long withinMillis) {
      this.line = line;
      this.withinMillis = withinMillis;
    }
  }

  private static Map<String, Tensor> family() {
    Random random = new Random(SEED);
    float[] first = new float[4000];
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) random.nextGaussian() * 0.02f;
    }
    Map<String, Tensor> family = new TreeMap<>();
    for (int member = 0; member < TENSORS; member++) {
      float[] values = first.clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += (float) random.nextGaussian() * 0.0002f;
      }
      family.put("member." + member, Tensor.of(values, 40, 100));
    }
    return family;
  }

  @Test
  @DisplayName("at whatever moment loses nothing, blocks nobody, and is taken up by the next one")
  void killed() throws IOException, InterruptedException {
    Map<String, Tensor> tensors = family();
    try (Repository repository = Repository.init(folder)) {
      repository.configure(
          RepositoryOptions.defaults().withSimilarity(1).with("packbytes", "200000"));
    }
    try (Repository repository = Repository.open(folder)) {
      Transaction transaction = repository.transaction("main");
      tensors.forEach(transaction::put);
      transaction.commit("the family");
    }
    Random random = new Random(SEED);
    int moments = Moment.values().length;
    int kills = Kills.elsewhere(1, moments);
    for (int kill = 0; kill < kills; kill++) {
      Moment moment = Moment.values()[kill % moments];
      kill(moment, random);
      try (Repository repository = Repository.open(folder)) {
        Tensor late = Tensor.of(new float[] {kill});
        repository.transaction("main").put("late." + kill, late).commit("after " + moment);
        tensors.put("late." + kill, late);
        assertIntact(repository, tensors);
      }
    }
    try (Repository repository = Repository.open(folder)) {
      RepackReport report =
          repository.store().repack(RepackerMain.star(repository, 0), RepackOptions.defaults());
      assertThat(report.complete()).isTrue();
      assertIntact(repository, tensors);
    }
  }

  private void kill(Moment moment, Random random) throws IOException, InterruptedException {
    try (CommitterProcess process = CommitterProcess.start(RepackerMain.class, folder.toString())) {
      process.awaitLine(moment.line);
      // Not to wait for anything: to be killed at another point each time.
      LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(moment.withinMillis)));
      process.kill();
    }
  }

  private static void assertIntact(Repository repository, Map<String, Tensor> tensors) {
    Snapshot snapshot = repository.snapshot("main");
    tensors.forEach((name, tensor) -> assertThat(snapshot.tensor(name)).isEqualTo(tensor));
    assertThat(repository.fsck(FsckLevel.DEEP).isSound()).isTrue();
  }
}
