package io.coralml.junit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
          "\\b(?:exact|interval|count|quantile|derive|addBytes)\\(\\s*(?:all, )?\"([a-z][a-z0-9_]*)\"");

  private static final Pattern EXPLAINED = Pattern.compile("(?m)^\\| `([a-z0-9_]+)` \\|");

  private final String page = read(Path.of("docs", "numbers.md"));

  @Test
  @DisplayName("has a line for every key that suites and reports agree on")
  void agreed() {
    assertThat(explained()).containsAll(AGREED);
  }

  @Test
  @DisplayName("has a line for every key the engine records")
  void recorded() throws IOException {
    SortedSet<String> recorded = recordedKeys();
    assertThat(recorded).contains("ns_per_op", "gc_count", "p99_ns", "raw_bytes");
    assertThat(explained()).containsAll(recorded);
  }

  @Test
  @DisplayName("explains no key twice and none that nobody records")
  void current() throws IOException {
    SortedSet<String> known = recordedKeys();
    known.addAll(AGREED);
    assertThat(explained()).doesNotHaveDuplicates();
    assertThat(known).containsAll(explained());
  }

  private List<String> explained() {
    return EXPLAINED.matcher(page).results().map(found -> found.group(1)).toList();
  }

  private static SortedSet<String> recordedKeys() throws IOException {
    SortedSet<String> keys = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/coralml/junit/engine"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(
              file -> {
                Matcher matcher = RECORDED.matcher(read(file));
                while (matcher.find()) {
                  keys.add(matcher.group(1));
                }
              });
    }
    return keys;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
