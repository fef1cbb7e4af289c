package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Baseline;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.ProfileSettings;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.verdict.RunComparison;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The defaults that pages state, against those of the code. */
@DisplayName("A default on a page")
class DefaultsPageTest {
  private static final List<BenchmarkProfile> MEASURING =
      Stream.of(BenchmarkProfile.values()).filter(p -> p != BenchmarkProfile.FUNCTIONAL).toList();

  private static Options options(BenchmarkProfile profile) {
    return new Options(
        key -> key.equals(Profiles.KEY) ? Optional.of(profile.key()) : Optional.empty(), Map.of());
  }

  private static ProfileSettings settings(BenchmarkProfile profile) {
    return new Profiles(options(profile), true).active();
  }

  /** How long one comparison may take in each profile that measures, in s. */
  private static List<Long> gateSeconds() {
    return MEASURING.stream()
        .map(profile -> Gates.of(options(profile), false, settings(profile).scale(), 0))
        .map(gates -> gates.time().toSeconds())
        .toList();
  }

  private static String page(String name) throws IOException {
    return Files.readString(Path.of("docs", name));
  }

  /** Returns the row of an option. */
  private static String row(String page, String option) throws IOException {
    List<String> rows =
        page(page).lines().filter(line -> line.startsWith("| `" + option + "` |")).toList();
    assertThat(rows).as("%s on %s", option, page).hasSize(1);
    return rows.get(0);
  }

  @Baseline("marginIsNotGiven")
  static void marginIsNotGiven() {}

  @Test
  @DisplayName("of the margin is the one of every comparison")
  void margin() throws IOException, NoSuchMethodException {
    double margin = PairedComparison.DEFAULT_MARGIN;
    Gates gates = Gates.of(options(BenchmarkProfile.QUICK), false, 1, 0);
    Method plain = DefaultsPageTest.class.getDeclaredMethod("marginIsNotGiven");
    assertThat(gates.margin(plain)).isEqualTo(margin);
    assertThat(row("options.md", "coral.gate.margin")).contains(margin + " by default");
    assertThat(row("verdicts.md", "coral.gate.margin"))
        .startsWith("| `coral.gate.margin` | " + margin + " |");
    assertThat(page("numbers.md").replace('\n', ' '))
        .contains("against the margin, " + Math.round(100 * margin) + " % unless asked otherwise");
  }

  @Test
  @DisplayName("of the time of a comparison is what each profile gives it")
  void gateTime() throws IOException {
    List<Long> seconds = gateSeconds();
    assertThat(seconds).hasSize(4);
    assertThat(row("options.md", "coral.gate.time"))
        .contains(
            String.format(
                Locale.ROOT,
                "%d s in quick, then %d, %d, %d |",
                seconds.get(0),
                seconds.get(1),
                seconds.get(2),
                seconds.get(3)));
    assertThat(row("verdicts.md", "coral.gate.time"))
        .contains(
            String.format(
                Locale.ROOT,
                "| %ds in quick, then %ds, %ds, %ds |",
                seconds.get(0),
                seconds.get(1),
                seconds.get(2),
                seconds.get(3)));
    assertThat(page("ci.md"))
        .contains("a comparison takes up to " + seconds.get(0) + " seconds for each benchmark");
    assertThat(page("troubleshooting.md"))
        .contains("| a comparison takes " + seconds.get(0) + " s for each benchmark |");
  }

  @Test
  @DisplayName("of the time limit, the seed, the workers and what is strict is the one of the run")
  void run() throws IOException {
    RunOptions run = RunOptions.of(options(BenchmarkProfile.QUICK), Path.of("").toAbsolutePath());
    assertThat(row("options.md", "coral.time-limit"))
        .contains(run.timeLimit().toMinutes() + " min by default");
    assertThat(row("options.md", "coral.output")).contains("`target/coral` with Maven");
    assertThat(run.output()).endsWithRaw(Path.of("target", "coral"));
    assertThat(row("options.md", "coral.seed"))
        .contains(settings(BenchmarkProfile.QUICK).seed() + " by default");
    assertThat(settings(BenchmarkProfile.QUICK).workers())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(row("options.md", "coral.benchmark.workers")).contains("one for each core");
    assertThat(row("verdicts.md", "coral.gate.strict"))
        .startsWith("| `coral.gate.strict` | " + run.strictGates() + " |");
  }

  @Test
  @DisplayName("of the margin between two files is the one of coral-bench")
  void files() throws IOException {
    String percent = Math.round(100 * RunComparison.DEFAULT_MARGIN) + " %";
    assertThat(page("verdicts.md")).contains("The margin is " + percent);
    assertThat(page("ci.md")).contains("whose margin is " + percent);
  }
}
