package io.coralml.allure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Failures are sorted by what they mean")
class CategoriesTest {
  private static List<String> categoriesOf(String trace) throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode category : new ObjectMapper().readTree(RunFacts.categories())) {
      if (Pattern.compile(category.path("traceRegex").asText()).matcher(trace).matches()) {
        names.add(category.path("name").asText());
      }
    }
    return names;
  }

  @ParameterizedTest(name = "{0} is a {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "io.coralml.CorruptDataException: leaf 3 of tensor a | Data-integrity failure",
        "io.coralml.junit.verdict.AllocationRegressionError: x | Allocation regression",
        "io.coralml.junit.verdict.PerformanceRegressionError: commit: SLOWER | Performance regression",
        "io.coralml.junit.verdict.InconclusiveError: commit: INCONCLUSIVE | Noisy or inconclusive",
        "java.lang.OutOfMemoryError: Java heap space | Environment",
        "java.io.IOException: No space left on device | Environment",
      })
  void sorted(String trace, String category) throws IOException {
    assertThat(categoriesOf(trace + "\n\tat a.B.c(B.java:1)")).containsExactly(category);
  }

  @Test
  @DisplayName("an ordinary assertion has none of these meanings")
  void ordinary() throws IOException {
    assertThat(categoriesOf("org.opentest4j.AssertionFailedError: expected 1\n\tat a.B")).isEmpty();
  }

  @Test
  @DisplayName("and the page about the report has a row for each category, in their order")
  void documented() throws IOException {
    List<String> rows = new ArrayList<>();
    for (JsonNode category : new ObjectMapper().readTree(RunFacts.categories())) {
      rows.add("| " + category.path("name").asText() + " | ");
    }
    List<String> page =
        Files.readAllLines(Path.of("docs", "README.md")).stream()
            .flatMap(line -> rows.stream().filter(line::startsWith))
            .toList();
    assertThat(page).isEqualTo(rows);
  }

  @Test
  @DisplayName("a run in a forge's job is named after the job")
  void executor() throws IOException {
    JsonNode executor =
        new ObjectMapper()
            .readTree(
                RunFacts.executor(
                    "quick",
                    3,
                    Map.of(
                        "GITHUB_ACTIONS", "true",
                        "GITHUB_RUN_NUMBER", "17",
                        "GITHUB_SERVER_URL", "https://forge",
                        "GITHUB_REPOSITORY", "a/b",
                        "GITHUB_RUN_ID", "99")));
    assertThat(executor.path("buildName").asText()).isEqualTo("quick #17");
    assertThat(executor.path("buildUrl").asText()).isEqualTo("https://forge/a/b/actions/runs/99");
    assertThat(executor.path("buildOrder").asInt()).isEqualTo(3);
  }
}
