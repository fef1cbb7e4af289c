package io.coralml.junit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A workflow file to copy")
class WorkflowsTest {
  private static final Path FOLDER = Path.of("docs", "ci");
  private static final Pattern OPTION = Pattern.compile("-D(coral\\.[a-z.-]*[a-z])");
  private static final Pattern VARIABLE = Pattern.compile("(?m)^ +(CORAL_[A-Z_]+):");

  private static JsonNode read(String file) throws IOException {
    return new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve(file).toFile());
  }

  @Test
  @DisplayName("for GitHub Actions compares with the target branch and uploads what was measured")
  void gitHub() throws IOException {
    JsonNode job = read("github-actions.yml").path("jobs").path("benchmarks");
    List<JsonNode> steps = StreamSupport.stream(job.path("steps").spliterator(), false).toList();
    assertThat(steps)
        .allMatch(step -> step.has("run") != step.has("uses"))
        .anyMatch(step -> step.path("run").asText().contains("-Dcoral.baseline="));
    JsonNode upload = steps.get(steps.size() - 1);
    assertThat(upload.path("uses").asText()).startsWith("actions/upload-artifact@");
    assertThat(upload.path("if").asText()).isEqualTo("always()");
    assertThat(upload.path("with").path("path").asText()).contains("target/coral/");
  }

  @Test
  @DisplayName("for GitLab compares with the target branch and shows summary, tests and metrics")
  void gitLab() throws IOException {
    JsonNode job = read("gitlab-ci.yml").path("benchmarks");
    assertThat(job.path("script").toString()).contains("-Dcoral.baseline=");
    assertThat(job.path("after_script").toString()).contains("target/coral/summary.md");
    JsonNode artifacts = job.path("artifacts");
    assertThat(artifacts.path("when").asText()).isEqualTo("always");
    assertThat(artifacts.path("paths").get(0).asText()).isEqualTo("target/coral/");
    assertThat(artifacts.path("reports").path("metrics").asText()).endsWith("metrics.txt");
    assertThat(artifacts.path("reports").path("junit").asText()).contains("TEST-*.xml");
  }

  @Test
  @DisplayName("gives only options that exist")
  void options() throws IOException {
    String page = Files.readString(Path.of("docs", "options.md"));
    for (String file : List.of("github-actions.yml", "gitlab-ci.yml")) {
      String text = Files.readString(FOLDER.resolve(file));
      assertThat(found(OPTION, text)).isNotEmpty();
      assertThat(found(OPTION, text)).allSatisfy(name -> assertThat(page).contains("`" + name));
      assertThat(found(VARIABLE, text))
          .filteredOn(name -> !name.equals("CORAL_SOURCE"))
          .allSatisfy(name -> assertThat(page).contains(option(name)));
    }
  }

  private static SortedSet<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String option(String variable) {
    return "`" + variable.toLowerCase(java.util.Locale.ROOT).replace('_', '.') + "`";
  }
}
