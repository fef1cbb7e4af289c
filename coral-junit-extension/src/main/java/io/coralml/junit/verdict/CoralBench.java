package io.coralml.junit.verdict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.RunReport;
import io.coralml.junit.report.AtomicFile;
import io.coralml.junit.report.HistoryLines;
import io.coralml.junit.report.HistoryReporter;
import io.coralml.junit.report.Plots;
import io.coralml.junit.report.ResultReader;
import io.coralml.junit.report.RunPage;
import io.coralml.junit.verdict.RunComparison.Change;
import io.coralml.junit.verdict.RunComparison.Line;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
 *
 * --json           machine-readable
 * --force          compare different profiles, JDKs, modes or units
 * --margin=SHARE   the difference that is put up with (default 0.1)
 * --home=FOLDER    where baselines are kept (default .coral-history/baselines)
 * --history=FOLDER where a report takes its trends from (default .coral-history)
 * --out=FILE       where a report goes (default report.html)
 * </pre>
 *
 * <p>RESULTS, BASELINE and CANDIDATE are a {@code results.json}, its folder, or the name of a kept
 * baseline. Exit codes: 0 the same or better, 1 something became worse, 2 wrong usage, 3 something
 * broke.
 */
public final class CoralBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String USAGE =
      """
      usage: coral-bench save RESULTS NAME
             coral-bench compare BASELINE CANDIDATE [--margin=SHARE] [--force]
             coral-bench insights RESULTS
             coral-bench history FOLDER
             coral-bench report RESULTS [--out=FILE] [--history=FOLDER]
      options: --json, --home=FOLDER (baselines; default .coral-history/baselines)
      exit codes: 0 the same or better, 1 worse, 2 wrong usage, 3 something broke\
      """;

  private final PrintStream out;
  private final PrintStream err;
  private final List<String> words = new ArrayList<>();
  private boolean json;
  private boolean force;
  private double margin = RunComparison.DEFAULT_MARGIN;
  private Path home = Path.of(".coral-history", "baselines");
  private Path historyFolder = Path.of(".coral-history");
  private Path page = Path.of("report.html");

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
      if (!understand(arguments)) {
        err.println(USAGE);
        return 2;
      }
      return switch (words.get(0)) {
        case "save" -> save(source(words.get(1)), words.get(2));
        case "compare" -> compare(source(words.get(1)), source(words.get(2)));
        case "insights" -> insights(source(words.get(1)));
        case "report" -> report(source(words.get(1)));
        default -> history(Path.of(words.get(1)));
      };
    } catch (BenchmarkException e) {
      err.println(e.getMessage());
      return 3;
    }
  }

  private boolean understand(String... arguments) {
    for (String argument : arguments) {
      if (argument.equals("--json")) {
        json = true;
      } else if (argument.equals("--force")) {
        force = true;
      } else if (argument.startsWith("--home=")) {
        home = Path.of(argument.substring("--home=".length()));
      } else if (argument.startsWith("--history=")) {
        historyFolder = Path.of(argument.substring("--history=".length()));
      } else if (argument.startsWith("--out=")) {
        page = Path.of(argument.substring("--out=".length()));
      } else if (argument.startsWith("--margin=")) {
        try {
          margin = Double.parseDouble(argument.substring("--margin=".length()));
        } catch (NumberFormatException e) {
          return false;
        }
      } else if (argument.startsWith("--")) {
        return false;
      } else {
        words.add(argument);
      }
    }
    int wanted =
        switch (words.isEmpty() ? "" : words.get(0)) {
          case "save", "compare" -> 3;
          case "insights", "history", "report" -> 2;
          default -> -1;
        };
    return words.size() == wanted;
  }

  /** A name without a folder is a kept baseline where there is one. */
  private Path source(String word) {
    Path kept = home.resolve(word + ".json");
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
    Path kept = home.resolve(name + ".json");
    try {
      Files.createDirectories(home);
      Path half = Files.createTempFile(home, name, ".tmp");
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
        RunComparison.of(StoredRun.read(baseline), StoredRun.read(candidate), margin, force);
    if (json) {
      print(tree(comparison));
    } else {
      for (Line line : comparison.lines()) {
        out.printf(
            Locale.ROOT,
            "%-12s %s %s: %s%n",
            line.change(),
            line.id(),
            line.metric(),
            line.sentence());
      }
      comparison.missing().forEach(id -> out.println("MISSING      " + id));
      comparison.added().forEach(id -> out.println("NEW          " + id));
      out.printf(
          Locale.ROOT,
          "%d worse, %d better, %d the same, %d undecided, %d missing, %d new%n",
          comparison.count(Change.WORSE),
          comparison.count(Change.BETTER),
          comparison.count(Change.SAME),
          comparison.count(Change.INCONCLUSIVE),
          comparison.missing().size(),
          comparison.added().size());
    }
    if (comparison.lines().isEmpty()) {
      throw new BenchmarkException("The two runs have no metric in common; nothing was compared.");
    }
    return comparison.regressed() ? 1 : 0;
  }

  private static ObjectNode tree(RunComparison comparison) {
    ObjectNode root = JSON.createObjectNode();
    root.put("regression_detected", comparison.regressed());
    ArrayNode lines = root.putArray("comparisons");
    for (Line line : comparison.lines()) {
      lines
          .addObject()
          .put("id", line.id())
          .put("metric", line.metric())
          .put("baseline", line.baseline().value())
          .put("candidate", line.candidate().value())
          .put("ratio", line.ratio().value())
          .put("low", line.ratio().low())
          .put("high", line.ratio().high())
          .put("change", line.change().name().toLowerCase(Locale.ROOT))
          .put("sentence", line.sentence());
    }
    comparison.missing().forEach(root.putArray("missing")::add);
    comparison.added().forEach(root.putArray("added")::add);
    return root;
  }

  private int insights(Path source) {
    BenchmarkAnalyzer analyzer = new BenchmarkAnalyzer();
    StoredRun run = analyzer.load(source);
    List<String> insights = analyzer.insights(run);
    List<String> advice = analyzer.recommendations(run);
    if (json) {
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
    Path file = historyFolder.resolve(HistoryReporter.FILE);
    String now = run.stop().toString();
    List<HistoryLines.Run> earlier =
        Files.exists(file)
            ? HistoryLines.read(file).runs().stream().filter(r -> !r.time().equals(now)).toList()
            : List.of();
    Plots plots = new Plots(new HistoryLines(earlier), Plots.key(run.environment(), run.profile()));
    AtomicFile.write(page, RunPage.html(run, sentences, plots));
    out.println("Report: " + page.toAbsolutePath());
    return 0;
  }

  private int history(Path folder) {
    HistoryFile history = HistoryFile.read(folder);
    List<HistoryFile.Shift> shifts = history.shifts(0);
    if (json) {
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
      out.println(history.runs().size() + " runs, " + shifts.size() + " changes");
      shifts.forEach(shift -> out.println(shift.key() + ": " + shift.sentence()));
    }
    return 0;
  }

  private void print(ObjectNode tree) {
    try {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
