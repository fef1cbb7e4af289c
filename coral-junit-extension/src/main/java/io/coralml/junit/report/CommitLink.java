package io.coralml.junit.report;

import io.qameta.allure.model.Link;
import java.util.Map;
import java.util.Optional;

/** The page of the measured commit on the forge whose CI service runs the build. */
final class CommitLink {
  private static final int SHORT = 8;

  private CommitLink() {}

  /**
   * Returns the link.
   *
   * @param commit the hash of the commit; empty: unknown
   * @param variables the environment variables, in which GitHub, Gitea and GitLab name the project
   */
  static Optional<Link> of(String commit, Map<String, String> variables) {
    String project;
    if (variables.containsKey("GITHUB_REPOSITORY")) {
      project =
          variables.getOrDefault("GITHUB_SERVER_URL", "")
              + "/"
              + variables.get("GITHUB_REPOSITORY")
              + "/commit/";
    } else {
      project = variables.getOrDefault("CI_PROJECT_URL", "") + "/-/commit/";
    }
    if (commit.isBlank() || !project.startsWith("http")) {
      return Optional.empty();
    }
    String name = "commit " + commit.substring(0, Math.min(SHORT, commit.length()));
    return Optional.of(new Link().setName(name).setType("commit").setUrl(project + commit));
  }
}
