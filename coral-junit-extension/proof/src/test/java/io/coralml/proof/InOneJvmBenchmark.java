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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures all bodies in one JVM, as a plain test run does, in an order of its own each time, with
 * the times of the profile quick. Each body must come within 15 % or 0.5 ns of what it takes in
 * some JVM of its own, in whatever order; and it must take no more than 2.5 s.
 *
 * <p>What it takes in JVMs of its own is what JMH found in each of its forks, where {@link
 * AgreementBenchmark} has been run. They differ: blocks of a call with two receivers change from
 * 1.1 to 2.2 ns and back within one JVM, of string building from 22 to 37, whatever ran before.
 * What an order does to a body, by what it has shown the compiler, it does again when it is
 * repeated. So an order in which a body is apart from all its forks is measured twice more, each
 * time beside the body in a JVM of its own, and it matters when the body is apart from all of them
 * all three times.
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
    List<List<Double>> alone = new ArrayList<>();
    BODIES.forEach(body -> alone.add(new ArrayList<>()));
    metrics.addCount("orders_again", measureAgain(times, alone, folder), Better.LOWER);
    List<String> misses = new ArrayList<>();
    for (int i = 0; i < BODIES.size(); i++) {
      judge(BODIES.get(i), times.get(i), alone.get(i), metrics, misses);
    }
    if (!misses.isEmpty()) {
      fail(String.join("; ", misses));
    }
    assertTrue(
        worstSeconds <= MOST_SECONDS,
        "A throughput benchmark took " + worstSeconds + " s; the mark is " + MOST_SECONDS + " s.");
  }

  /**
   * Measures each order in which some body was too fast or too slow twice more, beside that body in
   * a JVM of its own, and lets the time nearest to that stand for the order.
   *
   * @param times of each body, one for each order
   * @param alone takes what each body took in a JVM of its own, where it was measured so
   * @return how many orders were measured again
   */
  private static int measureAgain(List<List<Double>> times, List<List<Double>> alone, Path folder)
      throws Exception {
    int again = 0;
    for (int order = 0; order < ORDERS; order++) {
      List<Integer> apart = apart(times, order);
      if (apart.isEmpty()) {
        continue;
      }
      again++;
      double[][] more = new double[2][];
      for (int round = 0; round < more.length; round++) {
        for (int body : apart) {
          alone.get(body).add(Forks.nanos(BODIES.get(body), folder));
        }
        more[round] = measure(order, folder.resolve("again" + order + "-" + round));
      }
      for (int body : apart) {
        double first = times.get(body).get(order);
        List<Double> own = own(BODIES.get(body), times.get(body), alone.get(body));
        times.get(body).set(order, nearest(own, List.of(first, more[0][body], more[1][body])));
      }
    }
    return again;
  }

  /** Returns what a body took in JVMs of its own, or in most orders when nobody knows. */
  private static List<Double> own(String body, List<Double> times, List<Double> alone)
      throws Exception {
    List<Double> own = new ArrayList<>(alone);
    Slice.peek("agreement-" + body).forEach(pair -> own.add(pair[1]));
    return own.isEmpty() ? List.of(Sample.of(times).median()) : own;
  }

  private static double nearest(List<Double> own, List<Double> times) {
    return Collections.min(
        times,
        Comparator.comparingDouble(
            time -> own.stream().mapToDouble(one -> Math.abs(time - one)).min().orElseThrow()));
  }

  private static List<Integer> apart(List<List<Double>> times, int order) throws Exception {
    List<Integer> apart = new ArrayList<>();
    for (int i = 0; i < BODIES.size(); i++) {
      if (isApart(times.get(i).get(order), own(BODIES.get(i), times.get(i), List.of()))) {
        apart.add(i);
      }
    }
    return apart;
  }

  private static boolean isApart(double time, List<Double> own) {
    return own.stream()
        .allMatch(
            one -> Math.abs(time / one - 1) > RATIO_MARGIN && Math.abs(time - one) > NANOS_MARGIN);
  }

  private static void judge(
      String body, List<Double> times, List<Double> alone, Metrics metrics, List<String> misses)
      throws Exception {
    List<Double> own = own(body, times, alone);
    String key = body.toLowerCase(Locale.ROOT);
    Sample inOrders = Sample.of(times);
    Sample inOwn = Sample.of(own);
    metrics.value(key + "_least_ns", inOrders.min(), "ns/op", Better.NEITHER);
    metrics.value(key + "_most_ns", inOrders.max(), "ns/op", Better.NEITHER);
    metrics.value(key + "_alone_ns", inOwn.median(), "ns/op", Better.NEITHER);
    for (double time : times) {
      if (isApart(time, own)) {
        misses.add(
            String.format(
                Locale.ROOT,
                "%s: %.2f ns in one of the orders, %.2f to %.2f in JVMs of its own",
                body,
                time,
                inOwn.min(),
                inOwn.max()));
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
