package io.coralml.junit.engine;

import java.util.Map;
import java.util.Properties;

/**
 * Tells a build from a person: under Maven, Gradle, Bazel or a CI service a test run must be quick
 * and never measures unasked.
 */
final class BuildTool {
  private BuildTool() {}

  static boolean isRunning(Properties properties, Map<String, String> environment) {
    return properties.getProperty("surefire.test.class.path") != null
        || properties.getProperty("surefire.real.class.path") != null
        || properties.getProperty("org.gradle.test.worker") != null
        || properties.getProperty("sun.java.command", "").contains("surefire")
        || environment.containsKey("BAZEL_TEST")
        || isContinuousIntegration(environment);
  }

  static boolean isContinuousIntegration(Map<String, String> environment) {
    return isTrue(environment.get("CI"));
  }

  private static boolean isTrue(@org.jspecify.annotations.Nullable String value) {
    return value != null && !value.isBlank() && !value.equalsIgnoreCase("false");
  }
}
