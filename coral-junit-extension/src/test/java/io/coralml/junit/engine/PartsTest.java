package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.ProfileSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
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
      return new Profiles(
              new Options(key -> Optional.ofNullable(options.get(key)), Map.of()), underBuildTool)
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
      Options options = new Options(key -> Optional.of("perhaps"), Map.of());

      assertThatThrownBy(() -> options.flag("coral.verbose", false))
          .isInstanceOf(BenchmarkException.class)
          .hasMessage("The option coral.verbose is \"perhaps\"; it must be true or false.");
    }
  }

  @Nested
  @DisplayName("the environment")
  class Variables {
    private final Map<String, String> given =
        Map.of(
            "coral.seed", "7",
            "coral.replaced.CORAL_USE_MMAP", "packs are mapped by themselves.");
    private final Options options =
        new Options(
            key -> Optional.ofNullable(given.get(key)),
            Map.of(
                "CORAL_SEED", "8",
                "CORAL_BENCHMARK_WORKERS", "3",
                "CORAL_BENCHMARK_MEMORY_LIMIT", "much",
                "CORAL_BENCHMARK_IO_INTENSIVE", "1",
                "CORAL_DEBUG", "1",
                "CORAL_USE_MMAP", "true",
                "CORAL_OTHER", "x"));

    @Test
    @DisplayName("sets what no property sets")
    void variables() {
      assertThat(options.number("coral.seed", 0, 0, 100)).isEqualTo(7);
      assertThat(new Profiles(options, true).active().workers()).isEqualTo(3);
      assertThat(options.flag("coral.benchmark.io-intensive", false)).isTrue();
    }

    @Test
    @DisplayName("is named by its own name when it is malformed")
    void malformed() {
      assertThatThrownBy(() -> RunOptions.of(options, Path.of("")))
          .hasMessage(
              "The option CORAL_BENCHMARK_MEMORY_LIMIT is \"much\"; it must be a whole number, at"
                  + " least 16.");
    }

    @Test
    @DisplayName("is answered where the project knows what replaced a variable")
    void replaced() {
      assertThat(options.replaced())
          .containsExactly(
              "The variable CORAL_USE_MMAP is set and not read: packs are mapped by themselves.");
    }

    @Test
    @DisplayName("makes a run loud or silent by its log level")
    void logLevel() {
      assertThat(level("DEBUG").verbose()).isTrue();
      assertThat(level("INFO").verbose()).isFalse();
      assertThat(level("ERROR").silent()).isTrue();
      assertThat(level("WARN").silent()).isFalse();
      assertThatThrownBy(() -> level("LOUD"))
          .hasMessageContaining("must be one of trace, debug, info, warn, error, off");
    }

    private RunOptions level(String level) {
      return RunOptions.of(
          new Options(key -> Optional.empty(), Map.of("CORAL_BENCHMARK_LOG_LEVEL", level)),
          Path.of(""));
    }
  }

  @Nested
  @DisplayName("the progress")
  class OneLine {
    @Test
    @DisplayName("is one line that is written over and leaves nothing behind")
    void line() {
      StringWriter terminal = new StringWriter();
      try (Progress progress = Progress.on(new PrintWriter(terminal))) {
        progress.show("codec", "Codec.encode", "warm-up", Duration.ofSeconds(42));
        progress.show("codec", "x".repeat(200), "pilot", Duration.ofSeconds(41));
      }

      String clear = "\r\u001b[K";
      assertThat(terminal.toString().split("\r\u001b\\[K", -1))
          .hasSize(4)
          .contains("codec · Codec.encode · warm-up · 42 s left")
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(80).doesNotContain("\n"));
      assertThat(terminal.toString()).endsWith(clear);
    }

    @Test
    @DisplayName("needs a terminal in front of which somebody sits")
    void foreground() {
      assertThat(Progress.foreground("7 (a (b) c) S 1 7 7 34816 7 0")).isTrue();
      assertThat(Progress.foreground("7 (java) S 1 7 7 34816 9 0")).isFalse();
      assertThat(Progress.foreground("7 (java) S 1 7 7 0 -1 0")).isFalse();
    }
  }

  @Nested
  @DisplayName("the flame graph")
  class Flames {
    @Test
    @DisplayName("gives every frame its samples, those of its callees included")
    void samples() {
      String svg =
          FlameGraph.svg(
              "a < b",
              Map.of(
                  List.of("body", "left"),
                  30L,
                  List.of("body", "right<T>"),
                  10L,
                  List.of("body"),
                  60L));

      assertThat(svg)
          .contains("a &lt; b, 100 samples")
          .contains("<title>body, 100 samples, 100.0 %</title>")
          .contains("<title>left, 30 samples, 30.0 %</title>")
          .contains("<title>right&lt;T&gt;, 10 samples, 10.0 %</title>")
          .contains("width=\"360.00\"");
    }
  }

  @Nested
  @DisplayName("the calibration")
  class EmptyLoop {
    @Test
    @DisplayName("waits for a compiler that a busy machine keeps from its work")
    void lateCompiler() throws Throwable {
      int[] blocks = new int[1];

      double least = Calibration.least(calls -> (long) (calls * (blocks[0]++ < 200 ? 10.4 : 0.4)));

      assertThat(least).isCloseTo(0.4, within(0.01));
    }

    @Test
    @DisplayName("ends when the loop really is that slow")
    void slowMachine() throws Throwable {
      assertThat(Calibration.least(calls -> calls * 12)).isEqualTo(12);
    }

    @Test
    @DisplayName("is given up for a better one when a body is faster than nothing")
    void contradicted() {
      Calibration wrong = new Calibration(10.4, true);

      assertThat(wrong.isContradictedBy(5)).isTrue();
      assertThat(wrong.isContradictedBy(10.4)).isFalse();
      assertThat(wrong.or(new Calibration(0.4, true)).isEmpty(5)).isFalse();
      assertThat(new Calibration(0.4, true).isEmpty(0.45)).isTrue();
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
  @DisplayName("the system check")
  class Check {
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
  }
}
