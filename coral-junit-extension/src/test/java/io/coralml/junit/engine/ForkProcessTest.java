package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A fork")
class ForkProcessTest {
  @Test
  @DisplayName("takes over flags but no agent")
  void flags() {
    assertThat(
            ForkProcess.inherited(
                List.of("-Xmx1g", "-javaagent:/x/jacoco.jar=a=b", "-Dkey=value"), List.of()))
        .containsExactly("-Xmx1g", "-Dkey=value");
  }

  @Test
  @DisplayName("drops the collector it would inherit when it is given one of its own")
  void collector() {
    assertThat(
            ForkProcess.inherited(
                List.of("-Xmx1g", "-XX:+UseParallelGC"), List.of("-XX:+UseSerialGC")))
        .containsExactly("-Xmx1g");
    assertThat(ForkProcess.inherited(List.of("-XX:+UseParallelGC"), List.of("-Xmx64m")))
        .containsExactly("-XX:+UseParallelGC");
  }

  @Test
  @DisplayName("drops the heap it would inherit when it is given one of its own")
  void heap() {
    assertThat(
            ForkProcess.inherited(
                List.of("-Xms2g", "-Xmx2g", "-XX:InitialHeapSize=2g", "-Xss1m"),
                List.of("-Xmx64m")))
        .containsExactly("-Xss1m");
    assertThat(ForkProcess.inherited(List.of("-Xms2g", "-Xmx2g"), List.of("-Xss2m")))
        .containsExactly("-Xms2g", "-Xmx2g");
  }

  @Test
  @DisplayName("is killed when its time is over, and says so")
  void timeLimit(@TempDir Path folder) {
    ForkProcess fork = fork(folder, "[engine:junit-jupiter]");

    assertThatThrownBy(() -> fork.run(Duration.ofMillis(1), Duration.ZERO, new Control()))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("The fork of @CoralBenchmark Some.body did not end within 0.001 s")
        .hasMessageContaining("raise coral.time-limit");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @DisplayName("is killed when the run is cancelled")
  void cancelled(@TempDir Path folder) {
    Control control = new Control();
    control.cancel();
    ForkProcess fork = fork(folder, "[engine:junit-jupiter]");

    assertThatThrownBy(() -> fork.run(Duration.ofMinutes(1), control))
        .hasMessage("The fork of @CoralBenchmark Some.body was cancelled and killed.");
  }

  @Test
  @DisplayName("names the unique id that it does not find, such as that of a dynamic test")
  void notFound(@TempDir Path folder) {
    String id = "[engine:junit-jupiter]/[class:x.Y]/[test-factory:z()]/[dynamic-test:#1]";
    ForkProcess fork = fork(folder, id);

    assertThatThrownBy(() -> fork.run(Duration.ofMinutes(1), new Control()))
        .hasMessageContaining("found no test with the unique id " + id)
        .hasMessageContaining("only tests that JUnit finds by themselves can be forked");
  }

  @Test
  @DisplayName("that its JVM refuses to start says why in the first line")
  void refused(@TempDir Path folder) {
    ForkProcess fork = fork(folder, "[engine:junit-jupiter]", "-XX:NoSuchFlag=1");

    assertThatThrownBy(() -> fork.run(Duration.ofMinutes(1), new Control()))
        .satisfies(
            failure ->
                assertThat(failure.getMessage().lines().findFirst().orElseThrow())
                    .startsWith("The fork of @CoralBenchmark Some.body died with exit code 1")
                    .contains("It printed: ", "NoSuchFlag"));
  }

  private ForkProcess fork(Path folder, String uniqueId, String... jvmArguments) {
    RunOptions asked =
        RunOptions.of(
            new Options(
                key ->
                    Optional.ofNullable(
                        Map.of("coral.benchmark.temp-dir", folder.toString()).get(key)),
                Map.of()),
            folder);
    return new ForkProcess("Some.body", uniqueId, List.of(jvmArguments), Map.of(), asked);
  }

  @Test
  @DisplayName("sees the class path that surefire keeps in a property, and the module path")
  void classPath() {
    Properties properties = new Properties();
    properties.setProperty("java.class.path", "booter.jar");
    properties.setProperty("surefire.test.class.path", "a.jar" + java.io.File.pathSeparator + "b");
    properties.setProperty("jdk.module.path", "m.jar");

    assertThat(ForkProcess.classPath(properties).split(java.io.File.pathSeparator, -1))
        .containsExactly("a.jar", "b", "booter.jar", "m.jar");
  }
}
