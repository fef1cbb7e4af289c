package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is ended before it is done")
class EndingTest {
  @TempDir Path folder;

  @Test
  @DisplayName("and does not listen is left behind, and what is measured beside it says so")
  void leftBehind() {
    Endless.goOn = true;
    var outcome =
        RunFixture.in(folder).measured().with("coral.time-limit", "300ms").run(Endless.class);
    Endless.goOn = false;

    assertThat(outcome.failures())
        .singleElement()
        .asString()
        .contains("Endless.a did not end within 0.3 s")
        .contains("does not react to interruption");
    assertThat(outcome.result("b").warnings())
        .contains(
            "A thread of EndingTest.Endless.a could not be ended and competes for the processor.");
  }

  @Test
  @Timeout(60)
  @DisplayName("by the end of its JVM is reported, as far as it had been measured")
  void reports() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process run =
        new ProcessBuilder(
                java.toString(),
                "-Dcoral.profile=quick",
                "-Dcoral.output=" + folder.resolve("coral"),
                "-Dcoral.history.dir=" + folder.resolve("history"),
                "-Dallure.results.directory=" + folder.resolve("allure"),
                "-cp",
                ForkProcess.classPath(System.getProperties()),
                ForkedRun.class.getName(),
                "[engine:junit-jupiter]/[class:" + Cancelled.class.getName() + "]")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    Path marker = folder.resolve("output");
    while (run.isAlive() && !Files.readString(marker).contains("under way")) {
      Thread.sleep(20);
    }
    run.destroy();
    assertThat(run.waitFor(30, TimeUnit.SECONDS)).isTrue();

    String report = Files.readString(folder.resolve("coral/results.json"), StandardCharsets.UTF_8);
    assertThat(report)
        .contains("\"status\" : \"passed\"")
        .contains("\"status\" : \"aborted\"")
        .contains("The run was cancelled; what had been measured until then is reported.");
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Endless {
    static volatile boolean goOn;

    @CoralBenchmark(mode = Mode.SCENARIO)
    void a() {
      while (goOn) {
        Thread.onSpinWait();
      }
    }

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
    void b() {}
  }

  @Profile(BenchmarkProfile.QUICK)
  static class Cancelled {
    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1)
    void a() {}

    @CoralBenchmark(mode = Mode.SCENARIO, repetitions = 1_000_000)
    @SuppressWarnings("SystemOut") // the test waits for it
    void b() throws InterruptedException {
      System.out.println("under way");
      Thread.sleep(50);
    }
  }
}
