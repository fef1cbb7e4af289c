package io.coralml.junit.engine;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.RunReport;
import io.coralml.junit.report.Reporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs benchmark classes through a real launcher session and hands back what came of it. */
public final class RunFixture {
  private final Map<String, String> options = new LinkedHashMap<>();

  private RunFixture() {}

  /** A run whose reports go into {@code folder}, which also names it. */
  static RunFixture in(Path folder) {
    RunFixture fixture = new RunFixture();
    fixture.options.put("coral.output", folder.toString());
    fixture.options.put("coral.history.dir", folder.resolve("history").toString());
    return fixture;
  }

  RunFixture with(String key, String value) {
    options.put(key, value);
    return this;
  }

  /** Quick, but with little time for each benchmark. */
  RunFixture measured() {
    return with("coral.profile", "quick").with("coral.benchmark-time", "150ms");
  }

  Outcome run(Class<?>... classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(List.of(classes).stream().map(type -> selectClass(type)).toList())
            .configurationParameters(options)
            .build();
    Outcome outcome = new Outcome(options.getOrDefault("coral.output", ""));
    // The listeners of the outer run stay out: a benchmark that fails on purpose is no failed test.
    LauncherConfig config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    try (LauncherSession session = LauncherFactory.openSession(config)) {
      session.getLauncher().execute(request, outcome);
    }
    return outcome;
  }

  /** What came of a run. */
  static final class Outcome implements TestExecutionListener {
    private final Map<String, TestExecutionResult> tests = new LinkedHashMap<>();
    private final Map<String, String> skipped = new LinkedHashMap<>();
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final String folder;

    Outcome(String folder) {
      this.folder = folder;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      tests.put(test.getUniqueId(), result);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
      skipped.put(test.getDisplayName(), reason);
    }

    @Override
    public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
      entries.putAll(entry.getKeyValuePairs());
    }

    /** What the benchmarks published as report entries, the last of each key. */
    Map<String, String> entries() {
      return entries;
    }

    Map<String, String> skipped() {
      return skipped;
    }

    /** The messages of everything that failed, in order. */
    List<String> failures() {
      List<String> messages = new ArrayList<>();
      for (TestExecutionResult result : tests.values()) {
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
          messages.add(result.getThrowable().map(Throwable::getMessage).orElse(""));
        }
      }
      return messages;
    }

    boolean reported() {
      return Capture.REPORTS.containsKey(folder);
    }

    RunReport report() {
      RunReport report = Capture.REPORTS.get(folder);
      if (report == null) {
        throw new NoSuchElementException("no report for " + folder + "; failures: " + failures());
      }
      return report;
    }

    BenchmarkResult result(String method) {
      return report().results().stream()
          .filter(result -> result.id().contains("." + method))
          .findFirst()
          .orElseThrow(() -> new NoSuchElementException(method + " in " + report().results()));
    }

    double value(String method, String metric) {
      return result(method).metrics().get(metric).value();
    }
  }

  /** Keeps reports by output folder; registered as a service for the tests of this module. */
  public static final class Capture implements Reporter {
    private static final Map<String, RunReport> REPORTS = new ConcurrentHashMap<>();

    /** For the service loader. */
    public Capture() {}

    @Override
    public void runFinished(RunReport report) {
      REPORTS.put(report.outputFolder().toString(), report);
    }
  }
}
