package io.coralml.junit.cli;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.report.JsonReporter;
import io.coralml.junit.report.Results;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command and keeps what it says. */
abstract class BenchFixture {
  @TempDir Path folder;
  String out = "";
  String err = "";

  int bench(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--home=" + folder.resolve("kept"));
    int code =
        new CoralBench(
                new PrintStream(output, true, StandardCharsets.UTF_8),
                new PrintStream(errors, true, StandardCharsets.UTF_8))
            .run(all.toArray(String[]::new));
    out = output.toString(StandardCharsets.UTF_8);
    err = errors.toString(StandardCharsets.UTF_8);
    return code;
  }

  /** Returns a run in a folder of its own, on another machine. */
  RunReport onMachine(
      RunReport run, SortedMap<String, String> environment, String name, BenchmarkResult... all) {
    return new RunReport(
        run.profile(),
        run.seed(),
        run.budget(),
        environment,
        List.of(all),
        run.problems(),
        folder.resolve(name),
        run.start(),
        run.stop());
  }

  static Metric time(double value, double spread) {
    return new Metric(
        "ns_per_op", value, value * (1 - spread), value * (1 + spread), "ns/op", Better.LOWER);
  }

  static Metric ratio(double value) {
    return Metric.exact("compression_ratio", value, "x", Better.HIGHER);
  }

  String results(String name, String profile, BenchmarkResult... results) {
    Path target = folder.resolve(name);
    new JsonReporter().runFinished(Results.run(profile, target, results));
    return target.toString();
  }

  String results(String name, Metric... metrics) {
    Results result = Results.result();
    for (Metric metric : metrics) {
      result.metric(metric);
    }
    return results(name, "quick", result.build());
  }
}
