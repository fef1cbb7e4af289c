package io.coralml.junit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.HistogramBucket;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.coralml.junit.Stage;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The form of {@code results.json}, the file every other tool reads. This page is its
 * specification; {@code results.schema.json} beside this class is the same for machines (JSON
 * Schema 2020-12).
 *
 * <p>The file is one JSON object in UTF-8. The order of members means nothing; a reader ignores
 * members it does not know; a writer that changes the meaning of a member raises {@code schema}.
 *
 * <h2>The run</h2>
 *
 * <table>
 * <caption>Members of the root object</caption>
 * <tr><th>member</th><th>type</th><th>meaning</th></tr>
 * <tr><td>{@code schema}</td><td>integer</td><td>1, the version of this form</td></tr>
 * <tr><td>{@code profile}</td><td>string</td><td>the active profile, such as {@code quick}</td></tr>
 * <tr><td>{@code seed}</td><td>integer</td><td>the seed of everything random, 64 bits</td></tr>
 * <tr><td>{@code start}, {@code stop}</td><td>string</td><td>ISO 8601 in UTC</td></tr>
 * <tr><td>{@code budget_s}</td><td>number</td><td>seconds the profile allows for measuring</td></tr>
 * <tr><td>{@code environment}</td><td>object of strings</td><td>JVM, flags, processor, memory,
 *     commit; keys in lower snake case</td></tr>
 * <tr><td>{@code problems}</td><td>array of strings</td><td>what concerns the whole run</td></tr>
 * <tr><td>{@code benchmarks}</td><td>array of objects</td><td>see below, in the order of the run</td></tr>
 * </table>
 *
 * <h2>A benchmark with one set of arguments</h2>
 *
 * <table>
 * <caption>Members of an element of {@code benchmarks}</caption>
 * <tr><th>member</th><th>type</th><th>meaning</th></tr>
 * <tr><td>{@code id}</td><td>string</td><td>class, method and arguments; the same from run to run,
 *     and unique in the file</td></tr>
 * <tr><td>{@code suite}, {@code name}, {@code display_name}, {@code class}, {@code method}</td>
 *     <td>string</td><td>what it is called</td></tr>
 * <tr><td>{@code mode}</td><td>string</td><td>{@code THROUGHPUT}, {@code LATENCY}, {@code COLD} or
 *     {@code SCENARIO}</td></tr>
 * <tr><td>{@code parameters}</td><td>object of strings</td><td>the arguments, inputs only</td></tr>
 * <tr><td>{@code tags}</td><td>array of strings</td><td>the JUnit tags</td></tr>
 * <tr><td>{@code settings}</td><td>object of strings</td><td>how it was measured</td></tr>
 * <tr><td>{@code status}</td><td>string</td><td>{@code passed}, {@code failed} or {@code
 *     aborted}</td></tr>
 * <tr><td>{@code failure}</td><td>string</td><td>why it did not pass; absent when it did</td></tr>
 * <tr><td>{@code label}</td><td>string</td><td>{@code steady}, {@code drifting}, {@code unsteady} or
 *     {@code n/a}</td></tr>
 * <tr><td>{@code metrics}</td><td>object</td><td>by key: {@code value}, {@code low}, {@code high}
 *     (numbers; {@code null} where there is none, as a value without an interval has no {@code
 *     low} and {@code high}), {@code unit}, {@code better}: {@code higher}, {@code lower} or {@code
 *     neither}</td></tr>
 * <tr><td>{@code samples}</td><td>array of numbers</td><td>nanoseconds per operation of each block
 *     or repetition, in the order of time</td></tr>
 * <tr><td>{@code histogram}</td><td>array of arrays</td><td>{@code [from_ns, to_ns, count]},
 *     ascending; empty but in mode LATENCY</td></tr>
 * <tr><td>{@code warnings}</td><td>array of strings</td><td>what to know before believing the
 *     numbers</td></tr>
 * <tr><td>{@code stages}</td><td>array of objects</td><td>{@code name}, {@code start}, {@code
 *     duration_ms}, {@code note}</td></tr>
 * <tr><td>{@code start}, {@code stop}</td><td>string</td><td>ISO 8601 in UTC</td></tr>
 * </table>
 *
 * <p>Thread-safe: there is no state.
 */
public final class ResultJson {
  /** The version of the form. */
  public static final int SCHEMA = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultJson() {}

  /** Returns the file's content. */
  public static byte[] bytes(RunReport report) {
    try {
      return (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree(report)) + "\n")
          .getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode tree(RunReport report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schema", SCHEMA);
    root.put("profile", report.profile());
    root.put("seed", report.seed());
    root.put("start", report.start().toString());
    root.put("stop", report.stop().toString());
    root.put("budget_s", report.budget().toMillis() / 1e3);
    put(root.putObject("environment"), report.environment());
    put(root.putArray("problems"), report.problems());
    ArrayNode benchmarks = root.putArray("benchmarks");
    report.results().forEach(result -> benchmark(benchmarks.addObject(), result));
    return root;
  }

  private static void benchmark(ObjectNode node, BenchmarkResult result) {
    node.put("id", result.id());
    node.put("suite", result.suite());
    node.put("name", result.name());
    node.put("display_name", result.displayName());
    node.put("class", result.className());
    node.put("method", result.methodName());
    node.put("mode", result.mode().name());
    put(node.putObject("parameters"), result.parameters());
    put(node.putArray("tags"), result.tags());
    put(node.putObject("settings"), result.settings());
    node.put("status", result.status().key());
    Throwable failure = result.failure();
    if (failure != null) {
      node.put("failure", failure.toString());
    }
    node.put("label", result.label().key());
    ObjectNode metrics = node.putObject("metrics");
    result.metrics().forEach((key, metric) -> metric(metrics.putObject(key), metric));
    ArrayNode samples = node.putArray("samples");
    result.samples().forEach(sample -> number(samples, sample));
    ArrayNode histogram = node.putArray("histogram");
    for (HistogramBucket bucket : result.histogram()) {
      histogram.addArray().add(bucket.fromNanos()).add(bucket.toNanos()).add(bucket.count());
    }
    put(node.putArray("warnings"), result.warnings());
    ArrayNode stages = node.putArray("stages");
    for (Stage stage : result.stages()) {
      stages
          .addObject()
          .put("name", stage.name())
          .put("start", stage.start().toString())
          .put("duration_ms", stage.duration().toNanos() / 1e6)
          .put("note", stage.note());
    }
    node.put("start", result.start().toString());
    node.put("stop", result.stop().toString());
  }

  private static void metric(ObjectNode node, Metric metric) {
    number(node, "value", metric.value());
    number(node, "low", metric.low());
    number(node, "high", metric.high());
    node.put("unit", metric.unit());
    node.put("better", metric.better().key());
  }

  /** JSON has no infinities and no NaN: they become null. */
  private static void number(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.putNull(name);
    }
  }

  private static void number(ArrayNode node, double value) {
    if (Double.isFinite(value)) {
      node.add(value);
    } else {
      node.addNull();
    }
  }

  private static void put(ObjectNode node, Map<String, String> values) {
    values.forEach(node::put);
  }

  private static void put(ArrayNode node, Iterable<String> values) {
    values.forEach(node::add);
  }
}
