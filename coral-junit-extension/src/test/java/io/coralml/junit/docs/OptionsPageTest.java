package io.coralml.junit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page of options")
class OptionsPageTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(coral\\.[a-z.-]+)`");
  private static final Pattern READ = Pattern.compile("\"(coral\\.[a-z][a-z.-]*[a-z])\"");

  @Test
  @DisplayName("names every option that the sources read")
  void complete() throws IOException {
    String page = Files.readString(Path.of("docs", "options.md"));
    SortedSet<String> options = options();

    assertThat(options)
        .contains("coral.profile", "coral.strict", "coral.benchmark.workers", "coral.push.gateway");
    assertThat(options).allSatisfy(option -> assertThat(page).contains("`" + option + "`"));
  }

  @Test
  @DisplayName("names no option that nothing reads")
  void current() throws IOException {
    String page = Files.readString(Path.of("docs", "options.md"));
    String sources = sources();
    assertThat(ROW.matcher(page).results().map(row -> row.group(1)).toList())
        .hasSizeGreaterThan(20)
        .allSatisfy(
            option ->
                assertThat(sources)
                    .containsAnyOf(
                        "\"" + option + "\"",
                        "\"" + option.substring("coral.".length()) + "\"")); // of any profile
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/coralml/junit"))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(OptionsPageTest::read)
          .collect(Collectors.joining());
    }
  }

  private static SortedSet<String> options() throws IOException {
    return READ.matcher(sources())
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
