package io.coralml.allure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The three files that tell Allure about the run as a whole: {@code categories.json}, {@code
 * environment.properties} and {@code executor.json}.
 */
final class RunFacts {
  private static final List<String> FIRST =
      List.of("profile", "jvm", "cpu_model", "git_commit", "jvm_flags");

  private RunFacts() {}

  /** Returns the categories that sort failures by what they mean. */
  static byte[] categories() {
    try (InputStream in = RunFacts.class.getResourceAsStream("categories.json")) {
      if (in == null) {
        throw new ReportException("categories.json is missing beside " + RunFacts.class.getName());
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns what the run stood on: as the measuring JVM saw it, or, when nothing was measured, as
   * this JVM does.
   */
  static String environment(String profile, Optional<Measured> measured) {
    Map<String, String> facts = new LinkedHashMap<>();
    // Allure's overview shows the first five, so these come first.
    measured.ifPresent(results -> FIRST.forEach(key -> copy(key, results.environment(), facts)));
    facts.put("profile", measured.map(Measured::profile).orElse(profile));
    measured.ifPresentOrElse(
        results -> {
          facts.put("seed", results.seed());
          results.environment().keySet().forEach(key -> copy(key, results.environment(), facts));
        },
        () -> {
          facts.put("measured", "no, tests only");
          facts.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
          facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
          facts.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        });
    StringBuilder text = new StringBuilder();
    facts.forEach(
        (key, value) ->
            text.append(escape(key.replace('_', ' ')))
                .append('=')
                .append(escape(value))
                .append('\n'));
    return text.toString();
  }

  /**
   * Returns who ran the build: the CI service whose variables are set, or Maven on somebody's desk.
   *
   * @param order the number of this run in the history, from 1
   */
  static byte[] executor(String profile, long order, Map<String, String> variables) {
    Map<String, Object> executor = new LinkedHashMap<>();
    String job = "";
    if (variables.containsKey("GITHUB_ACTIONS")) {
      executor.put("name", "GitHub Actions");
      executor.put("type", "github");
      job = variables.getOrDefault("GITHUB_RUN_NUMBER", "");
      String server = variables.getOrDefault("GITHUB_SERVER_URL", "");
      String repository = variables.getOrDefault("GITHUB_REPOSITORY", "");
      String run = variables.getOrDefault("GITHUB_RUN_ID", "");
      if (!server.isEmpty() && !repository.isEmpty() && !run.isEmpty()) {
        executor.put("buildUrl", server + "/" + repository + "/actions/runs/" + run);
      }
    } else if (variables.containsKey("GITLAB_CI")) {
      executor.put("name", "GitLab CI");
      executor.put("type", "gitlab");
      job = variables.getOrDefault("CI_PIPELINE_IID", "");
      executor.put("buildUrl", variables.getOrDefault("CI_PIPELINE_URL", ""));
    } else if (variables.containsKey("JENKINS_URL")) {
      executor.put("name", "Jenkins");
      executor.put("type", "jenkins");
      job = variables.getOrDefault("BUILD_NUMBER", "");
      executor.put("buildUrl", variables.getOrDefault("BUILD_URL", ""));
    } else {
      executor.put("name", "Maven");
      executor.put("type", "maven");
    }
    executor.put("buildName", profile + " #" + (job.isEmpty() ? order : job));
    executor.put("buildOrder", order);
    executor.put("reportName", reportName(profile));
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(executor);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the title of the report. */
  static String reportName(String profile) {
    return "Coral, " + profile.toLowerCase(Locale.ROOT) + " profile";
  }

  private static void copy(String key, Map<String, String> from, Map<String, String> to) {
    String value = from.getOrDefault(key, "");
    if (!value.isBlank() && !to.containsKey(key)) {
      boolean bytes = key.endsWith("_bytes") && value.matches("\\d{1,18}");
      to.put(key, bytes ? String.format(Locale.ROOT, "%,d", Long.parseLong(value)) : value);
    }
  }

  private static String escape(String text) {
    return text.replace("\\", "\\\\")
        .replace(" ", "\\ ")
        .replace("=", "\\=")
        .replace(":", "\\:")
        .replace("\r", "")
        .replace("\n", " ");
  }
}
