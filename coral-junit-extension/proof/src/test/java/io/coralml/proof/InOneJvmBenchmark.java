package io.coralml.proof;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.coralml.junit.BenchmarkProfile;
import io.coralml.junit.Better;
import io.coralml.junit.CoralBenchmark;
import io.coralml.junit.Metrics;
import io.coralml.junit.Mode;
import io.coralml.junit.Profile;
import io.coralml.junit.stats.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures all bodies in one JVM, as a plain test run does, in an order of its own each time, with
 * the times of the profile quick. Each body must come within 15 % or 0.5 ns of what it takes in a
 * JVM of its own, by JMH where {@link AgreementBenchmark} has been run, in whatever order; and it
 * must take no more than 2.5 s. An order in which one does not is measured twice more.
 */
@Profile(BenchmarkProfile.QUICK)
class InOneJvmBenchmark {
  private static final int ORDERS = Integer.getInteger("coral.proof.orders", 5);
  private static final double RATIO_MARGIN = 0.15;
  private static final double NANOS_MARGIN = 0.5;
  private static final double MOST_SECONDS = 2.5;

  /** Bodies that are judged, in the order of the columns of what is kept. */
  private static final List<String> BODIES =
      List.of(
          "empty",
          "add",
          "divide",
          "log",
          "virtual1",
          "virtual2",
          "virtual3",
          "sum",
          "xor",
          "allocate",
          "lookUp",
          "text");

  @CoralBenchmark(suite = "proof", mode = Mode.SCENARIO, repetitions = 1)
  void orderDoesNotMatter(Metrics metrics, @TempDir Path folder) throws Exception {
    Slice orders = Slice.of("orders");
    while (orders.size() < ORDERS) {
      orders.orGoOnLater(ORDERS);
      orders.add(measure(orders.size(), folder.resolve("order" + orders.size())));
    }
    double worstSeconds = Sample.of(orders.column(BODIES.size())).max();
    metrics.value("seconds_per_benchmark", worstSeconds, "s", Better.LOWER);
    List<List<Double>> times = new ArrayList<>();
    for (int i = 0; i < BODIES.size(); i++) {
      times.add(new ArrayList<>(orders.column(i)));
    }
    metrics.addCount("orders_again", measureAgain(times, folder), Better.LOWER);
    List<String> misses = new ArrayList<>();
    for (int i = 0; i < BODIES.size(); i++) {
      judge(BODIES.get(i), Sample.of(times.get(i)), metrics, misses);
    }
    if (!misses.isEmpty()) {
      fail(String.join("; ", misses));
    }
    assertTrue(
        worstSeconds <= MOST_SECONDS,
        "A throughput benchmark took " + worstSeconds + " s; the mark is " + MOST_SECONDS + " s.");
  }

  /**
   * Measures each order in which some body was too fast or too slow twice more, and lets the median
   * of the three stand for it: what an order does to a body it does every time.
   *
   * @param times of each body, one for each order
   * @return how many orders were measured again
   */
  private static int measureAgain(List<List<Double>> times, Path folder) throws Exception {
    int again = 0;
    for (int order = 0; order < ORDERS; order++) {
      if (differs(times, order)) {
        again++;
        double[] second = measure(order, folder.resolve("second" + order));
        double[] third = measure(order, folder.resolve("third" + order));
        for (int i = 0; i < BODIES.size(); i++) {
          List<Double> three = List.of(times.get(i).get(order), second[i], third[i]);
          times.get(i).set(order, Sample.of(three).median());
        }
      }
    }
    return again;
  }

  private static boolean differs(List<List<Double>> times, int order) throws Exception {
    for (int i = 0; i < BODIES.size(); i++) {
      Sample sample = Sample.of(times.get(i));
      if (isApart(times.get(i).get(order), reference(BODIES.get(i), sample))) {
        return true;
      }
    }
    return false;
  }

  private static double reference(String body, Sample times) throws Exception {
    List<double[]> pairs = Slice.peek("agreement-" + body);
    return pairs.isEmpty()
        ? times.median()
        : Sample.of(pairs.stream().map(pair -> pair[1]).toList()).median();
  }

  private static boolean isApart(double time, double reference) {
    return Math.abs(time / reference - 1) > RATIO_MARGIN
        && Math.abs(time - reference) > NANOS_MARGIN;
  }

  private static void judge(String body, Sample times, Metrics metrics, List<String> misses)
      throws Exception {
    boolean byJmh = !Slice.peek("agreement-" + body).isEmpty();
    double reference = reference(body, times);
    String key = body.toLowerCase(Locale.ROOT);
    metrics.value(key + "_least_ns", times.min(), "ns/op", Better.NEITHER);
    metrics.value(key + "_most_ns", times.max(), "ns/op", Better.NEITHER);
    metrics.value(key + "_alone_ns", reference, "ns/op", Better.NEITHER);
    for (double extreme : new double[] {times.min(), times.max()}) {
      if (isApart(extreme, reference)) {
        misses.add(
            String.format(
                Locale.ROOT,
                "%s: %.2f ns in one of the orders, %.2f %s",
                body,
                extreme,
                reference,
                byJmh ? "by JMH" : "in the median of the orders"));
      }
    }
  }

  /** Returns the times of the bodies, and last the seconds that one benchmark took. */
  private static double[] measure(int order, Path folder) throws Exception {
    JsonNode report =
        Forks.all(
            CoralBodies.class,
            List.of(
                "-Dcoral.profile=quick",
                "-Djunit.jupiter.testmethod.order.default="
                    + "org.junit.jupiter.api.MethodOrderer$Random",
                "-Djunit.jupiter.execution.order.random.seed=" + order),
            folder);
    double[] found = new double[BODIES.size() + 1];
    double seconds = 0;
    int count = 0;
    for (JsonNode result : report.get("benchmarks")) {
      Duration took =
          Duration.between(
              Instant.parse(result.get("start").asText()),
              Instant.parse(result.get("stop").asText()));
      seconds += took.toMillis() / 1e3;
      count++;
      int column = BODIES.indexOf(result.get("method").asText());
      if (column >= 0) {
        found[column] = result.get("metrics").get("ns_per_op").get("value").asDouble();
      }
    }
    found[BODIES.size()] = seconds / count;
    return found;
  }
}
