package io.coralml.junit.engine;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The main class of a fork: runs one invocation of one benchmark, named by its unique id, without
 * the listeners of the parent, which would report it twice.
 */
public final class ForkedRun {
  /** The benchmark ran; its result is in the file, whether it passed or not. */
  static final int RAN = 0;

  /** Nothing has that unique id in this JVM. */
  static final int NOT_FOUND = 3;

  /** The test did not get as far as the benchmark. */
  static final int NOT_REACHED = 4;

  private ForkedRun() {}

  /**
   * Runs the benchmark and ends the JVM.
   *
   * @param arguments the unique id
   */
  public static void main(String[] arguments) {
    LauncherConfig config =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();
    Launcher launcher = LauncherFactory.create(config);
    Outcome outcome = new Outcome();
    launcher.execute(
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectUniqueId(arguments[0]))
            .build(),
        outcome);
    for (Throwable failure : outcome.failures) {
      failure.printStackTrace();
    }
    // Threads that a body left behind must not keep the fork alive.
    System.exit(outcome.exitCode());
  }

  private static final class Outcome implements TestExecutionListener {
    private final List<Throwable> failures = new ArrayList<>();
    private int tests;
    private boolean found;

    /** Below an engine there is something only when the unique id leads to it. */
    @Override
    public void executionStarted(TestIdentifier test) {
      found |= test.getParentId().isPresent();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      tests += test.isTest() ? 1 : 0;
      result.getThrowable().ifPresent(failures::add);
    }

    int exitCode() {
      if (tests > 0) {
        return RAN;
      }
      return found ? NOT_REACHED : NOT_FOUND;
    }
  }
}
