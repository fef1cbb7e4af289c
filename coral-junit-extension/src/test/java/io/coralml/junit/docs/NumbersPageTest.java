package io.coralml.junit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.engine.SystemCheck;
import io.coralml.junit.stats.PairedComparison.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page that explains the numbers")
class NumbersPageTest {
  /** The keys that suites and reports agree on. */
  private static final List<String> AGREED =
      List.of(
          "ns_per_op",
          "ops_per_s",
          "mb_per_s",
          "b_per_op",
          "p50_ns",
          "p95_ns",
          "p99_ns",
          "p999_ns",
          "gc_count",
          "gc_pause_ns",
          "cpu_percent",
          "io_bytes",
          "peak_heap_bytes",
          "peak_rss_bytes",
          "leak_bytes_per_op",
          "raw_bytes",
          "stored_bytes",
          "compression_ratio",
          "space_saved_percent",
          "limit_ratio",
          "max_abs_error",
          "mismatched_elements");

  /** Where the engine records a metric: the key is the first text of the call. */
  private static final Pattern RECORDED =
      Pattern.compile(
          "\\b(?:exact|interval|count|quantile|derive|addBytes)\\(\\s*(?:all,"
              + " )?\"([a-z][a-z0-9_]*)\"");

  /** A row of a metric, which has a unit; a setting has none. */
  private static final Pattern EXPLAINED =
      Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|[^|]*\\|[^|]*\\|$");

  /** Where the engine warns in its own words. */
  private static final Pattern WARNING =
      Pattern.compile("findings\\.warn\\((?:\"[^\"]*\"|[^\";])*;");

  private static final Pattern SETTING = Pattern.compile("\\.setting\\(\"([a-z_]+)\"");
  private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

  private final String page = read(Path.of("docs", "numbers.md"));

  @Test
  @DisplayName("has a line for every key that suites and reports agree on")
  void agreed() {
    assertThat(explained()).containsAll(AGREED);
  }

  @Test
  @DisplayName("has a line for every key the engine records")
  void recorded() {
    SortedSet<String> recorded = keys(RECORDED);
    assertThat(recorded).contains("ns_per_op", "gc_count", "p99_ns", "raw_bytes");
    assertThat(explained()).containsAll(recorded);
  }

  @Test
  @DisplayName("explains no key twice and none that nobody records")
  void current() {
    SortedSet<String> known = keys(RECORDED);
    known.addAll(AGREED);
    assertThat(explained()).doesNotHaveDuplicates();
    assertThat(known).containsAll(explained());
  }

  @Test
  @DisplayName("explains every warning of the engine, and none that it does not give")
  void warnings() {
    List<String> phrases = column("## Warnings", Pattern.compile("(?m)^\\| ([^|`]+) \\|"));
    List<String> given =
        sources("engine").stream()
            .flatMap(source -> WARNING.matcher(source).results().map(NumbersPageTest::words))
            .filter(warning -> !warning.isEmpty())
            .toList();
    assertThat(given).hasSizeGreaterThan(10);
    assertThat(given)
        .allSatisfy(warning -> assertThat(phrases).filteredOn(warning::contains).hasSize(1));
    assertThat(phrases)
        .filteredOn(phrase -> !phrase.equals(String.valueOf(Outcome.INCONCLUSIVE)))
        .allSatisfy(phrase -> assertThat(given).anyMatch(warning -> warning.contains(phrase)));
  }

  /** The texts of a warning, without what is put between them when it is given. */
  private static String words(MatchResult warning) {
    return TEXT.matcher(warning.group())
        .results()
        .map(text -> text.group(1))
        .collect(Collectors.joining());
  }

  @Test
  @DisplayName("explains every setting that stands below a result, and no other")
  void settings() {
    List<String> stated = column("**How it was measured**", CODE);
    assertThat(stated).containsExactlyInAnyOrderElementsOf(keys(SETTING));
  }

  private SortedSet<String> keys(Pattern pattern) {
    return sources("engine").stream()
        .flatMap(source -> pattern.matcher(source).results().map(found -> found.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  @DisplayName("names every finding of the system check")
  void systemCheck() {
    List<String> looked =
        SystemCheck.run(Path.of("target")).stream().map(SystemCheck.Finding::what).toList();
    assertThat(looked).contains("disk").allMatch(what -> page.contains("`check_" + what + "`"));
  }

  /** What a pattern finds in the rows of the first table behind a text. */
  private List<String> column(String behind, Pattern pattern) {
    String table =
        page.substring(page.indexOf(behind))
            .lines()
            .dropWhile(line -> !line.startsWith("|---"))
            .skip(1)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.substring(0, line.indexOf(" |", 2) + 2))
            .collect(Collectors.joining("\n"));
    return pattern.matcher(table).results().map(found -> found.group(1)).toList();
  }

  private static List<String> sources(String room) {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/coralml/junit", room))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(NumbersPageTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> explained() {
    return EXPLAINED.matcher(page).results().map(found -> found.group(1)).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
