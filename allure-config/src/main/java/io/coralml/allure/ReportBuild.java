package io.coralml.allure;

import io.coralml.allure.Outcome.Failure;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last step of a build with a profile: renders the report of this run, prints what failed, a
 * summary and where the report is, and answers whether the build may pass.
 *
 * <p>What it prints it also leaves in {@value #LAST_LINES} of the target folder, for whoever has
 * the last word of the build.
 *
 * <p>Exit codes: 0 everything passed, 1 something failed (the report is rendered all the same), 2
 * wrong usage, 3 the report could not be made.
 */
public final class ReportBuild {
  /** The file, in the target folder, that repeats what was printed. */
  static final String LAST_LINES = "last-lines.txt";

  private final RunOptions options;
  private final Map<String, String> variables;
  private final PrintStream out;

  /**
   * Prepares the step.
   *
   * @param variables the environment variables, for the names of CI services
   * @param out where the summary goes
   */
  public ReportBuild(RunOptions options, Map<String, String> variables, PrintStream out) {
    this.options = options;
    this.variables = variables;
    this.out = out;
  }

  /** Runs the step; see the class for exit codes. */
  public static void main(String[] arguments) {
    RunOptions options;
    try {
      options = RunOptions.parse(List.of(arguments));
    } catch (ReportException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(new ReportBuild(options, System.getenv(), System.out).run());
  }

  /** Renders, prints, and returns the exit code. */
  public int run() {
    try {
      List<ModuleOutput> modules = ModuleOutput.of(options);
      Verdict verdict = Verdict.of(modules, options.measuringExpected());
      String rendered;
      boolean complete = true;
      try {
        rendered = "Report: " + render(modules, verdict);
      } catch (ReportException e) {
        // What failed is worth more than the picture of it, so the list is printed either way.
        rendered = "No report: " + e.getMessage();
        complete = false;
      }
      Optional<String> gate = Optional.empty();
      if (options.allure3() && complete) {
        try {
          gate = allure3(modules);
        } catch (ReportException e) {
          rendered += System.lineSeparator() + "No Allure 3 report: " + e.getMessage();
          complete = false;
        }
      }
      List<String> words = closingWords(verdict, rendered);
      gate.ifPresent(words::add);
      say(words);
      return complete ? (verdict.passed() && gate.isEmpty() ? 0 : 1) : 3;
    } catch (ReportException e) {
      out.println("The outcome of this build cannot be read: " + e.getMessage());
      return 3;
    }
  }

  private Path render(List<ModuleOutput> modules, Verdict verdict) {
    Path report = options.target().resolve("report");
    Folders.empty(report);
    AllureInput input = new AllureInput(options.target().resolve("allure-input"));
    modules.forEach(input::add);
    History history = new History(options.history(), options.profile());
    String name = RunFacts.reportName(options.profile());
    input.add("categories.json", RunFacts.categories());
    input.add(
        "environment.properties",
        RunFacts.environment(options.profile(), verdict.measured())
            .getBytes(StandardCharsets.ISO_8859_1));
    input.add(
        "executor.json", RunFacts.executor(options.profile(), history.nextOrder(), variables));
    history.addTo(input);

    AllureCommand allure =
        new AllureCommand(options.allureHome(), options.target().resolve("allure.log"));
    Path single = options.target().resolve("allure-single");
    allure.generate(input.folder(), single, name, true);
    Path index = report.resolve("index.html");
    try {
      Folders.move(single.resolve("index.html"), index);
    } catch (IOException e) {
      throw Folders.unwritable(index, e);
    }
    if (verdict.benchmarks().isPresent()) {
      // The single file has its history inside; only the report of many files leaves it readable.
      Path site = options.target().resolve("allure-site");
      allure.generate(input.folder(), site, name, false);
      history.replaceWith(site.resolve("history"));
    }
    return index;
  }

  /** Renders the Allure 3 report and returns what its quality gate objects to. */
  private Optional<String> allure3(List<ModuleOutput> modules) {
    AllureInput input = new AllureInput(options.target().resolve("allure3-input"));
    modules.forEach(input::add);
    modules.forEach(input::addMetrics);
    String profile = options.profile().replaceAll("[^A-Za-z0-9_.-]", "_");
    Allure3 allure =
        new Allure3(
            options.target().resolve("allure3"),
            input.folder(),
            options.history().resolve("allure3").resolve(profile + ".jsonl"),
            RunFacts.reportName(options.profile()));
    // The gate first: rendering adds this run to the history that the gate compares with.
    Optional<String> gate = allure.gate();
    out.println("Allure 3 report: " + allure.generate());
    return gate.map(text -> "FAILED quality gate of Allure 3:" + System.lineSeparator() + text);
  }

  private void say(List<String> lines) {
    out.println();
    lines.forEach(out::println);
    Path file = options.target().resolve(LAST_LINES);
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      out.println("These lines cannot be repeated at the end of the build: " + file + ": " + e);
    }
  }

  private static List<String> closingWords(Verdict verdict, String rendered) {
    List<String> lines = new ArrayList<>();
    for (Failure failure : verdict.failures()) {
      lines.add("FAILED " + failure.module() + ": " + failure.name());
      lines.add("       " + failure.message());
    }
    lines.add(summary("Tests", verdict.tests()));
    lines.add(
        verdict
            .benchmarks()
            .map(outcome -> summary("Benchmarks", outcome) + measured(verdict))
            .orElse("Benchmarks: not measured in this build; mvn verify does"));
    verdict
        .measured()
        .filter(m -> m.comparisons() > 0)
        .ifPresent(
            m ->
                lines.add(
                    "Comparisons with older code: "
                        + (m.comparisons() - m.undecided())
                        + " decided, "
                        + m.undecided()
                        + " undecided"));
    lines.add(rendered);
    return lines;
  }

  private static String summary(String what, Outcome outcome) {
    return what
        + ": "
        + outcome.passed()
        + " passed, "
        + outcome.failures().size()
        + " failed, "
        + outcome.skipped()
        + " skipped";
  }

  private static String measured(Verdict verdict) {
    return verdict
        .measured()
        .map(
            m ->
                " ("
                    + m.benchmarks()
                    + " measured, profile "
                    + m.profile()
                    + ", seed "
                    + m.seed()
                    + ")")
        .orElse("");
  }
}
