package io.coralml.junit.report;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stage;
import io.qameta.allure.Allure;
import io.qameta.allure.AllureLifecycle;
import io.qameta.allure.model.Label;
import io.qameta.allure.model.Link;
import io.qameta.allure.model.Parameter;
import io.qameta.allure.model.Status;
import io.qameta.allure.model.StepResult;
import io.qameta.allure.model.TestResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells Allure what the running test measured: epic, feature and story, the profile as a tag, the
 * arguments as parameters, a table as description, stages as steps, raw samples and plots as
 * attachments.
 *
 * <p>The history id is made of the benchmark, its arguments and the profile, never of a measured
 * value: a value that changes is the news of a trend, not the name of another test. Where no Allure
 * listener runs (none on the class path) nothing happens.
 *
 * <p>System properties: {@code coral.product} is the epic (default {@code Benchmarks}); {@code
 * coral.visualize=false} leaves the plots out.
 */
public final class AllureReporter implements Reporter {
  /** The setting of a result that names the profile; absent in a functional run. */
  private static final String PROFILE = "profile";

  /** The setting of a result that names its most severe gate. */
  private static final String GATE = "gate";

  private static final Set<String> REPLACED =
      Set.of("epic", "feature", "story", "parentSuite", "suite", "subSuite", "layer", "severity");

  private final AllureLifecycle lifecycle;
  private final String product;
  private final boolean visualize;
  private final String historyFolder;
  private final Again again;
  private final Map<String, String> variables;
  private Optional<Link> commit = Optional.empty();
  private Plots plots = new Plots(new HistoryLines(List.of()), "");

  /** Reports to the lifecycle that the listeners of this JVM use. */
  public AllureReporter() {
    this(
        Allure.getLifecycle(),
        System.getProperty("coral.product", "Benchmarks"),
        !"false".equalsIgnoreCase(System.getProperty("coral.visualize")),
        HistoryReporter.folder(),
        Again.of(System::getProperty),
        System.getenv());
  }

  AllureReporter(
      AllureLifecycle lifecycle,
      String product,
      boolean visualize,
      String historyFolder,
      Again again,
      Map<String, String> variables) {
    this.lifecycle = lifecycle;
    this.product = product;
    this.visualize = visualize;
    this.historyFolder = historyFolder;
    this.again = again;
    this.variables = Map.copyOf(variables);
  }

  /** Trends are drawn from the runs before this one, where a history is kept. */
  @Override
  public void runStarted(String profile, Map<String, String> environment) {
    commit = CommitLink.of(environment.getOrDefault("git_commit", ""), variables);
    Path file = Path.of(historyFolder).resolve(HistoryReporter.FILE);
    if (!historyFolder.isBlank() && Files.exists(file)) {
      plots = new Plots(HistoryLines.read(file), Plots.key(environment, profile));
    }
  }

  @Override
  public void benchmarkFinished(BenchmarkResult result) {
    Optional<String> running = lifecycle.getCurrentTestCase();
    String profile = result.settings().get(PROFILE);
    if (running.isEmpty()) {
      return;
    }
    boolean[] mine = {false};
    List<Plots.Plot> drawn = visualize ? plots.of(result) : List.of();
    lifecycle.updateTestCase(
        running.get(),
        test -> {
          mine[0] = isOf(test, result);
          if (mine[0]) {
            name(test, result);
          }
          if (mine[0] && profile != null) {
            describe(test, result, profile, drawn);
          }
        });
    if (mine[0] && profile != null) {
      attach(result, drawn);
    }
  }

  /** Tells whether the running test is this benchmark, and not a test that launched it. */
  private static boolean isOf(TestResult test, BenchmarkResult result) {
    for (Label label : test.getLabels()) {
      boolean other =
          switch (label.getName()) {
            case "testClass" -> !label.getValue().equals(result.className());
            case "testMethod" -> !label.getValue().equals(result.methodName());
            default -> false;
          };
      if (other) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void runFinished(RunReport report) {}

  private static void name(TestResult test, BenchmarkResult result) {
    String arguments = result.parameters().toString().replace('{', '[').replace('}', ']');
    test.setName(result.methodName() + (result.parameters().isEmpty() ? "" : " " + arguments));
    List<Parameter> parameters = new ArrayList<>();
    result
        .parameters()
        .forEach((name, value) -> parameters.add(new Parameter().setName(name).setValue(value)));
    test.setParameters(parameters);
  }

  private void describe(
      TestResult test, BenchmarkResult result, String profile, List<Plots.Plot> drawn) {
    List<Label> labels = new ArrayList<>(test.getLabels());
    labels.removeIf(label -> REPLACED.contains(label.getName()));
    String story = result.className().substring(result.className().lastIndexOf('.') + 1);
    label(labels, "epic", product);
    label(labels, "feature", result.suite());
    label(labels, "story", story);
    label(labels, "parentSuite", result.suite());
    label(labels, "suite", story);
    label(labels, "layer", "benchmark");
    label(labels, "tag", profile);
    label(labels, "severity", severity(result));
    test.setLabels(labels);
    String identity = result.id() + "@" + profile;
    test.setHistoryId(digest(identity));
    test.setTestCaseId(digest(result.id()));
    test.setDescriptionHtml(ResultHtml.of(result, drawn, again.command(result)));
    List<StepResult> steps = new ArrayList<>(test.getSteps());
    result.stages().forEach(stage -> steps.add(step(stage)));
    test.setSteps(steps);
    List<Link> links = new ArrayList<>(test.getLinks());
    commit.ifPresent(links::add);
    test.setLinks(links);
  }

  /** What a failed gate means decides how bad it is; a benchmark without a gate is normal. */
  private static String severity(BenchmarkResult result) {
    String gate = result.settings().getOrDefault(GATE, "");
    return switch (gate) {
      case "integrity" -> "blocker";
      case "memory", "pair" -> "critical";
      default -> "normal";
    };
  }

  private static void label(List<Label> labels, String name, String value) {
    labels.add(new Label().setName(name).setValue(value));
  }

  private static StepResult step(Stage stage) {
    long start = stage.start().toEpochMilli();
    return new StepResult()
        .setName(stage.note().isEmpty() ? stage.name() : stage.name() + ": " + stage.note())
        .setStatus(Status.PASSED)
        .setStage(io.qameta.allure.model.Stage.FINISHED)
        .setStart(start)
        .setStop(start + stage.duration().toMillis());
  }

  private void attach(BenchmarkResult result, List<Plots.Plot> drawn) {
    for (Plots.Plot plot : drawn) {
      lifecycle.addAttachment(plot.name(), "image/svg+xml", "svg", bytes(plot.svg()));
    }
    if (!result.samples().isEmpty()) {
      lifecycle.addAttachment("Samples", "text/csv", "csv", bytes(samples(result)));
    }
    if (!result.histogram().isEmpty()) {
      lifecycle.addAttachment("Latencies", "text/csv", "csv", bytes(latencies(result)));
    }
    for (Attachment attachment : result.attachments()) {
      String file = String.valueOf(attachment.file().getFileName());
      String extension = file.substring(file.lastIndexOf('.') + 1);
      try {
        lifecycle.addAttachment(
            attachment.name(),
            attachment.mediaType(),
            extension,
            Files.readAllBytes(attachment.file()));
      } catch (IOException e) {
        throw new BenchmarkException(
            "The attachment " + attachment.file() + " of " + result.id() + " cannot be read: " + e,
            e);
      }
    }
  }

  private static String samples(BenchmarkResult result) {
    StringBuilder csv = new StringBuilder("block,ns_per_op\n");
    int block = 0;
    for (double sample : result.samples()) {
      csv.append(String.format(Locale.ROOT, "%d,%s\n", ++block, sample));
    }
    return csv.toString();
  }

  private static String latencies(BenchmarkResult result) {
    StringBuilder csv = new StringBuilder("from_ns,to_ns,count\n");
    for (HistogramBucket bucket : result.histogram()) {
      csv.append(bucket.fromNanos()).append(',').append(bucket.toNanos()).append(',');
      csv.append(bucket.count()).append('\n');
    }
    return csv.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String digest(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(bytes(text));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }
}
