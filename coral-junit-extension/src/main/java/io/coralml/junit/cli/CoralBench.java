package io.coralml.junit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.RunReport;
import io.coralml.junit.engine.SystemCheck;
import io.coralml.junit.report.AtomicFile;
import io.coralml.junit.report.HistoryLines;
import io.coralml.junit.report.HistoryReporter;
import io.coralml.junit.report.Plots;
import io.coralml.junit.report.ResultReader;
import io.coralml.junit.report.RunPage;
import io.coralml.junit.verdict.BenchmarkAnalyzer;
import io.coralml.junit.verdict.HistoryFile;
import io.coralml.junit.verdict.RunComparison;
import io.coralml.junit.verdict.RunComparison.Change;
import io.coralml.junit.verdict.RunComparison.Line;
import io.coralml.junit.verdict.StoredRun;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The command {@code coral-bench}: what {@link BenchmarkAnalyzer} knows, from a shell.
 *
 * <pre>
 * coral-bench save RESULTS NAME             keep a result file as a baseline
 * coral-bench compare BASELINE CANDIDATE    ratio, interval and verdict, metric by metric
 * coral-bench insights RESULTS              what stands out, and what to do about it
 * coral-bench history FOLDER                where series changed
 * coral-bench report RESULTS                one HTML page with tables and plots
 * coral-bench check [FOLDER]                whether this machine is fit to measure on
 *
 * --json           machine-readable
 * --all            also print what is the same
 * --force          compare different profiles, JDKs, modes or units
 * --margin=SHARE   the difference that is put up with (default 0.1)
 * --home=FOLDER    where baselines are kept (default .coral-history/baselines)
 * --history=FOLDER where a report takes its trends from (default .coral-history)
 * --out=FILE       where a report goes (default report.html)
 * </pre>
 *
 * <p>RESULTS, BASELINE and CANDIDATE are a {@code results.json}, its folder, or the name of a kept
 * baseline. Exit codes: 0 the same or better, 1 something became worse, 2 wrong usage, 3 something
 * broke. Those of {@code check}, which looks at the file system of FOLDER (default: the current
 * one): 0 all is well, 1 something will disturb a measurement, 3 measuring is impossible.
 */
public final class CoralBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Change> ORDER =
      List.of(Change.WORSE, Change.INCONCLUSIVE, Change.BETTER, Change.SAME);
  private static final String USAGE =
      """
      usage: coral-bench save RESULTS NAME
             coral-bench compare BASELINE CANDIDATE [--margin=SHARE] [--force] [--all]
             coral-bench insights RESULTS
             coral-bench history FOLDER
             coral-bench report RESULTS [--out=FILE] [--history=FOLDER]
             coral-bench check [FOLDER]
      options: --json, --help, --home=FOLDER (baselines; default .coral-history/baselines)
      exit codes: 0 the same or better, 1 worse (check: something will disturb a measurement),
                  2 wrong usage, 3 something broke (check: measuring is impossible)\
      """;

  private final PrintStream out;
  private final PrintStream err;
  private BenchWords asked = new BenchWords("--help");

  CoralBench(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command. */
  public static void main(String[] arguments) {
    System.exit(new CoralBench(System.out, System.err).run(arguments));
  }

  /** Runs the command and returns its exit code. */
  int run(String... arguments) {
    try {
      asked = new BenchWords(arguments);
      if (asked.help()) {
        out.println(USAGE);
        return 0;
      }
      return switch (asked.verb()) {
        case "save" -> save(source(asked.word(1)), asked.word(2));
        case "compare" -> compare(source(asked.word(1)), source(asked.word(2)));
        case "insights" -> insights(source(asked.word(1)));
        case "report" -> report(source(asked.word(1)));
        case "check" -> check(Path.of(asked.has(1) ? asked.word(1) : "."));
        default -> history(Path.of(asked.word(1)));
      };
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(USAGE);
      return 2;
    } catch (BenchmarkException e) {
      err.println(e.getMessage());
      return 3;
    }
  }

  /** A name without a folder is a kept baseline where there is one. */
  private Path source(String word) {
    Path kept = asked.home().resolve(word + ".json");
    boolean name = word.matches("[A-Za-z0-9_.-]+") && !Files.exists(Path.of(word));
    return name && Files.exists(kept) ? kept : Path.of(word);
  }

  private int save(Path source, String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      err.println("A baseline's name has letters, digits, dots and dashes; this one is " + name);
      return 2;
    }
    StoredRun run = StoredRun.read(source);
    Path file = Files.isDirectory(source) ? source.resolve("results.json") : source;
    Path kept = asked.home().resolve(name + ".json");
    try {
      Files.createDirectories(asked.home());
      Path half = Files.createTempFile(asked.home(), name, ".tmp");
      Files.copy(file, half, StandardCopyOption.REPLACE_EXISTING);
      Files.move(half, kept, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BenchmarkException("The baseline cannot be kept at " + kept + ": " + e, e);
    }
    out.println("Kept " + run.benchmarks().size() + " benchmarks as " + kept);
    return 0;
  }

  private int compare(Path baseline, Path candidate) {
    RunComparison comparison =
        RunComparison.of(
            StoredRun.read(baseline), StoredRun.read(candidate), asked.margin(), asked.force());
    if (asked.json()) {
      print(tree(comparison));
    } else {
      print(comparison);
    }
    if (comparison.lines().isEmpty() && !comparison.regressed()) {
      throw new BenchmarkException("The two runs have no metric in common; nothing was compared.");
    }
    return comparison.regressed() ? 1 : 0;
  }

  /** What became worse comes first, and what is the same only when it is asked for. */
  private void print(RunComparison comparison) {
    comparison.lines().stream()
        .filter(line -> asked.all() || line.change() != Change.SAME)
        .sorted(Comparator.comparing(line -> ORDER.indexOf(line.change())))
        .forEach(
            line ->
                out.printf(
                    Locale.ROOT,
                    "%-12s %s %s: %s%n",
                    line.change(),
                    line.id(),
                    line.metric(),
                    line.sentence()));
    comparison.failed().forEach(id -> out.println("FAILED       " + id + ": it passed before"));
    comparison.missing().forEach(id -> out.println("MISSING      " + id));
    comparison.added().forEach(id -> out.println("NEW          " + id));
    out.printf(
        Locale.ROOT,
        "%d worse, %d better, %d the same, %d undecided, %d failed, %d missing, %d new%n",
        comparison.count(Change.WORSE),
        comparison.count(Change.BETTER),
        comparison.count(Change.SAME),
        comparison.count(Change.INCONCLUSIVE),
        comparison.failed().size(),
        comparison.missing().size(),
        comparison.added().size());
  }

  private static ObjectNode tree(RunComparison comparison) {
    ObjectNode root = JSON.createObjectNode();
    root.put("regression_detected", comparison.regressed());
    ArrayNode lines = root.putArray("comparisons");
    for (Line line : comparison.lines()) {
      ObjectNode each =
          lines
              .addObject()
              .put("id", line.id())
              .put("metric", line.metric())
              .put("baseline", line.baseline().value())
              .put("candidate", line.candidate().value());
      line.ratio()
          .ifPresent(
              ratio ->
                  each.put("ratio", ratio.value())
                      .put("low", ratio.low())
                      .put("high", ratio.high()));
      each.put("change", line.change().name().toLowerCase(Locale.ROOT))
          .put("sentence", line.sentence());
    }
    comparison.failed().forEach(root.putArray("failed")::add);
    comparison.missing().forEach(root.putArray("missing")::add);
    comparison.added().forEach(root.putArray("added")::add);
    return root;
  }

  private int insights(Path source) {
    BenchmarkAnalyzer analyzer = new BenchmarkAnalyzer();
    StoredRun run = analyzer.load(source);
    List<String> insights = analyzer.insights(run);
    List<String> advice = analyzer.recommendations(run);
    if (asked.json()) {
      ObjectNode root = JSON.createObjectNode();
      insights.forEach(root.putArray("insights")::add);
      advice.forEach(root.putArray("recommendations")::add);
      print(root);
    } else {
      insights.forEach(out::println);
      advice.forEach(sentence -> out.println("-> " + sentence));
    }
    return 0;
  }

  private int report(Path source) {
    BenchmarkAnalyzer analyzer = new BenchmarkAnalyzer();
    StoredRun stored = analyzer.load(source);
    RunReport run =
        ResultReader.read(Files.isDirectory(source) ? source.resolve("results.json") : source);
    List<String> sentences = new ArrayList<>(analyzer.insights(stored));
    sentences.addAll(analyzer.recommendations(stored));
    Path file = asked.history().resolve(HistoryReporter.FILE);
    String now = run.stop().toString();
    List<HistoryLines.Run> earlier =
        Files.exists(file)
            ? HistoryLines.read(file).runs().stream().filter(r -> !r.time().equals(now)).toList()
            : List.of();
    Plots plots = new Plots(new HistoryLines(earlier), Plots.key(run.environment(), run.profile()));
    AtomicFile.write(asked.page(), RunPage.html(run, sentences, plots));
    out.println("Report: " + asked.page().toAbsolutePath());
    return 0;
  }

  private int check(Path folder) {
    List<SystemCheck.Finding> findings = SystemCheck.run(folder);
    if (asked.json()) {
      print(JSON.createObjectNode().set("findings", JSON.valueToTree(findings)));
    } else {
      for (SystemCheck.Finding finding : findings) {
        String advice = finding.advice().isEmpty() ? "" : " - " + finding.advice();
        out.printf(Locale.ROOT, "%-8s %s%s%n", finding.what(), finding.found(), advice);
      }
    }
    return SystemCheck.exitCode(findings);
  }

  private int history(Path folder) {
    HistoryFile history = HistoryFile.read(folder);
    List<HistoryFile.Shift> shifts = history.shifts(0);
    if (asked.json()) {
      ObjectNode root = JSON.createObjectNode();
      root.put("runs", history.runs().size());
      ArrayNode list = root.putArray("shifts");
      shifts.forEach(
          shift ->
              list.addObject()
                  .put("key", shift.key())
                  .put("series", shift.series())
                  .put("time", shift.at().time())
                  .put("commit", shift.at().commit())
                  .put("before", shift.change().before())
                  .put("after", shift.change().after()));
      print(root);
    } else {
      out.println(counted(history.runs().size(), "run") + ", " + counted(shifts.size(), "change"));
      shifts.forEach(shift -> out.println(shift.key() + ": " + shift.sentence()));
    }
    return 0;
  }

  private static String counted(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  private void print(ObjectNode tree) {
    try {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
