package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.ProfileSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Of the parts of the engine")
class PartsTest {
  @Nested
  @DisplayName("the profile")
  class ProfileChoice {
    @Test
    @DisplayName("is functional under a build tool and quick elsewhere, when nobody names one")
    void defaults() {
      assertThat(settings(Map.of(), true).profile()).isEqualTo(BenchmarkProfile.FUNCTIONAL);
      assertThat(settings(Map.of(), false).profile()).isEqualTo(BenchmarkProfile.QUICK);
    }

    @Test
    @DisplayName("may be a custom one that extends another by configuration alone")
    void custom() {
      ProfileSettings nightly =
          settings(
              Map.of(
                  "coral.profile", "nightly",
                  "coral.profile.nightly.extends", "full",
                  "coral.profile.nightly.budget", "15m",
                  "coral.profile.nightly.repetitions", "9"),
              true);

      assertThat(nightly.name()).isEqualTo("nightly");
      assertThat(nightly.profile()).isEqualTo(BenchmarkProfile.FULL);
      assertThat(nightly.budget()).isEqualTo(Duration.ofMinutes(15));
      assertThat(nightly.repetitions()).isEqualTo(9);
      assertThat(nightly.forks()).isEqualTo(2);
    }

    @Test
    @DisplayName("yields to options that hold for every profile")
    void overridden() {
      ProfileSettings quick =
          settings(
              Map.of("coral.profile", "QUICK", "coral.budget", "90s", "coral.forks", "3"), true);

      assertThat(quick.budget()).isEqualTo(Duration.ofSeconds(90));
      assertThat(quick.forks()).isEqualTo(3);
    }

    @Test
    @DisplayName("includes every smaller one")
    void includes() {
      assertThat(BenchmarkProfile.FULL.includes(BenchmarkProfile.QUICK)).isTrue();
      assertThat(BenchmarkProfile.QUICK.includes(BenchmarkProfile.STANDARD)).isFalse();
      assertThat(BenchmarkProfile.FUNCTIONAL.includes(BenchmarkProfile.COMPREHENSIVE)).isTrue();
    }

    private ProfileSettings settings(Map<String, String> options, boolean underBuildTool) {
      return new Profiles(new Options(key -> Optional.ofNullable(options.get(key))), underBuildTool)
          .active();
    }
  }

  @Nested
  @DisplayName("the options")
  class OptionValues {
    @ParameterizedTest
    @CsvSource({"500ms,500", "2.5s,2500", "5m,300000", "1h,3600000", "1 MIN,60000"})
    @DisplayName("read durations")
    void durations(String text, long millis) {
      assertThat(Options.parseDuration("k", text)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    @DisplayName("refuse what is neither true nor false")
    void flags() {
      Options options = new Options(key -> Optional.of("perhaps"));

      assertThatThrownBy(() -> options.flag("coral.verbose", false))
          .isInstanceOf(BenchmarkException.class)
          .hasMessage("The option coral.verbose is \"perhaps\"; it must be true or false.");
    }
  }

  @Nested
  @DisplayName("the budget")
  class Shares {
    @Test
    @DisplayName("is shared evenly, and what one leaves over the others get")
    void leftOver() {
      Budget budget = new Budget(Duration.ofSeconds(12), Duration.ofSeconds(10), 3);

      assertThat(budget.next()).isEqualTo(Duration.ofSeconds(4));
      budget.spend(Duration.ofSeconds(2));
      assertThat(budget.next()).isEqualTo(Duration.ofSeconds(5));
      budget.spend(Duration.ofSeconds(5));
      assertThat(budget.next()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName("never starves a benchmark, and never gives one more than the profile allows")
    void bounds() {
      Budget tight = new Budget(Duration.ofSeconds(1), Duration.ofSeconds(2), 1000);
      Budget ample = new Budget(Duration.ofHours(1), Duration.ofSeconds(2), 3);

      assertThat(tight.next()).isEqualTo(Budget.LEAST);
      assertThat(ample.next()).isEqualTo(Duration.ofSeconds(2));
    }
  }

  @Nested
  @DisplayName("the surroundings")
  class Surroundings {
    @Test
    @DisplayName("tell a build from a person")
    void buildTool() {
      Properties gradle = new Properties();
      gradle.setProperty("org.gradle.test.worker", "1");
      Properties maven = new Properties();
      maven.setProperty("surefire.test.class.path", "x");

      assertThat(BuildTool.isRunning(gradle, Map.of())).isTrue();
      assertThat(BuildTool.isRunning(maven, Map.of())).isTrue();
      assertThat(BuildTool.isRunning(new Properties(), Map.of("CI", "true"))).isTrue();
      assertThat(BuildTool.isRunning(new Properties(), Map.of("CI", "false"))).isFalse();
    }

    @Test
    @DisplayName("show agents without their arguments")
    void agents() {
      assertThat(
              Environment.agents(
                  List.of(
                      "-Xmx1g", "-javaagent:/x/jacoco.jar=destfile=y", "-agentlib:jdwp=server=y")))
          .containsExactly("-javaagent:/x/jacoco.jar", "-agentlib:jdwp");
    }

    @Test
    @DisplayName("name the commit of a plain repository, of packed refs, and of a linked worktree")
    void commit(@TempDir Path folder) throws IOException {
      Path git = Files.createDirectories(folder.resolve("repo/.git/worktrees/w"));
      Path main = folder.resolve("repo/.git");
      Files.writeString(main.resolve("HEAD"), "ref: refs/heads/main\n");
      Files.writeString(main.resolve("packed-refs"), "# pack-refs\nabc123 refs/heads/main\n");
      Files.writeString(git.resolve("HEAD"), "ref: refs/heads/side\n");
      Files.writeString(git.resolve("commondir"), "../..\n");
      Files.createDirectories(main.resolve("refs/heads"));
      Files.writeString(main.resolve("refs/heads/side"), "def456\n");
      Path linked = Files.createDirectories(folder.resolve("linked"));
      Files.writeString(linked.resolve(".git"), "gitdir: " + git + "\n");

      assertThat(Environment.commit(folder.resolve("repo/.git").getParent())).contains("abc123");
      assertThat(Environment.commit(linked)).contains("def456");
    }
  }

  @Nested
  @DisplayName("a fork")
  class Forks {
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
    @DisplayName("sees the class path that surefire keeps in a property, and the module path")
    void classPath() {
      Properties properties = new Properties();
      properties.setProperty("java.class.path", "booter.jar");
      properties.setProperty(
          "surefire.test.class.path", "a.jar" + java.io.File.pathSeparator + "b");
      properties.setProperty("jdk.module.path", "m.jar");

      assertThat(ForkProcess.classPath(properties).split(java.io.File.pathSeparator, -1))
          .containsExactly("a.jar", "b", "booter.jar", "m.jar");
    }
  }

  @Nested
  @DisplayName("the system check")
  class Check {
    @Test
    @DisplayName("prints what it found and ends with a code that says how bad it is")
    void command(@TempDir Path folder) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code =
          SystemCheck.command(
              new String[] {folder.toString()}, new PrintStream(out, true, StandardCharsets.UTF_8));

      assertThat(code).isIn(0, 1);
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("cores", "memory", "disk", "clock", "jdk", "agents");
      assertThat(folder).isEmptyDirectory();
    }

    @Test
    @DisplayName("refuses a clock that is too coarse")
    void coarseClock() {
      SystemCheck.Finding coarse = SystemCheck.clock(15_600_000);

      assertThat(coarse.severity()).isEqualTo(SystemCheck.Severity.IMPOSSIBLE);
      assertThat(SystemCheck.exitCode(List.of(coarse))).isEqualTo(3);
      assertThatThrownBy(() -> Clock.check(15_600_000))
          .hasMessageContaining("The clock advances in steps of 15600000 ns");
    }

    @Test
    @DisplayName("reads the time that was stolen")
    void steal() {
      assertThat(SystemCheck.stealPercent("cpu  10 0 10 70 0 0 0 10 0 0")).contains(10.0);
      assertThat(SystemCheck.stealPercent("intr 5")).isEmpty();
    }

    @Test
    @DisplayName("says how it is used")
    void usage() {
      ByteArrayOutputStream out = new ByteArrayOutputStream();

      assertThat(
              SystemCheck.command(
                  new String[] {"a", "b"}, new PrintStream(out, true, StandardCharsets.UTF_8)))
          .isEqualTo(2);
    }
  }
}
