package io.coralml.proof;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.launcher.EngineFilter.includeEngines;

import io.coralml.junit.verdict.InconclusiveError;
import io.coralml.junit.verdict.PerformanceRegressionError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Verdicts by real runs: how often the pair gate cries wolf when nothing changed, and how often it
 * finds a true slowdown, at the default margin, on bodies that compute, allocate and wait for
 * memory.
 *
 * <p>Marks: at most 1 false alarm in 200, 95 of 100 slowdowns of 5 % and 75 of 100 of 3 % found.
 *
 * <p>Every trial is a run of its own; its line is added to {@code target/verdicts.csv}, so the
 * proof can be run in slices: {@code -Dcoral.proof.slice=150} stops after 150 seconds and goes on
 * where the last slice stopped. A quiet machine is needed: on a noisy one trials end INCONCLUSIVE
 * and count as not found.
 */
@DisplayName("Verdicts by real runs")
class VerdictProof {
  private static final List<String> BODIES = List.of("compute", "allocate", "chase");
  private static final Path LOG = Path.of("target", "verdicts.csv");

  /** Trials of one extra share of work over all bodies, and what of them must, or may, alarm. */
  private record Goal(double extra, int trials, double least, double most) {}

  private static final List<Goal> GOALS =
      List.of(
          new Goal(0, 201, 0, 1 / 200.0),
          new Goal(0.05, 102, 0.95, 1),
          new Goal(0.03, 102, 0.75, 1));

  private record Trial(String body, double extra, String verdict) {
    boolean alarm() {
      return verdict.equals("SLOWER");
    }
  }

  /** Runs a slice and says what there is so far; for a machine that is quiet for a while only. */
  public static void main(String[] arguments) throws IOException {
    run(Long.parseLong(arguments[0]));
    System.out.println(summary());
  }

  @Test
  @DisplayName("1 false alarm in 200 at most, 95 of 100 slowdowns of 5 %, 75 of 100 of 3 %")
  void marks() throws IOException {
    boolean complete = run(Long.getLong("coral.proof.slice", Long.MAX_VALUE / 1_000_000_000));
    Assumptions.assumeTrue(complete, () -> "incomplete, run it again: " + summary());
    for (Goal goal : GOALS) {
      double rate = rate(goal);
      Assertions.assertTrue(rate >= goal.least() && rate <= goal.most(), summary());
    }
  }

  private static boolean run(long seconds) throws IOException {
    long end = System.nanoTime() + seconds * 1_000_000_000;
    List<Trial> done = done();
    int most = GOALS.stream().mapToInt(Goal::trials).max().orElse(0) / BODIES.size();
    for (int round = 0; round < most; round++) {
      for (Goal goal : GOALS) {
        for (String body : BODIES) {
          long had =
              done.stream().filter(t -> t.body().equals(body) && t.extra() == goal.extra()).count();
          if (had <= round && round < goal.trials() / BODIES.size()) {
            if (System.nanoTime() > end) {
              return false;
            }
            Trial trial = new Trial(body, goal.extra(), verdict(body, goal.extra(), round));
            done.add(trial);
            write(trial);
          }
        }
      }
    }
    return true;
  }

  /** One run of one body; returns the verdict's name. */
  private static String verdict(String body, double extra, int round) {
    System.setProperty(SeededBodies.EXTRA, Double.toString(extra));
    List<Throwable> failures = new ArrayList<>();
    LauncherConfig config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    Path output = LOG.resolveSibling("verdict-run");
    try (LauncherSession session = LauncherFactory.openSession(config)) {
      session
          .getLauncher()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(
                      selectMethod(
                          SeededBodies.class.getName()
                              + "#"
                              + body
                              + "(io.coralml.junit.Blackhole)"))
                  .filters(includeEngines("junit-jupiter"))
                  .configurationParameter("coral.profile", "quick")
                  .configurationParameter("coral.seed", Integer.toString(round))
                  .configurationParameter("coral.benchmark-time", "3s")
                  .configurationParameter("coral.gate.strict", "true")
                  .configurationParameter("coral.output", output.toString())
                  .build(),
              new TestExecutionListener() {
                @Override
                public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                  result.getThrowable().ifPresent(failures::add);
                }
              });
    }
    if (failures.isEmpty()) {
      return "NOT_SLOWER";
    }
    Throwable failure = failures.get(0);
    if (failure instanceof InconclusiveError) {
      return String.valueOf(failure.getMessage()).contains("too noisy") ? "NOISY" : "UNDECIDED";
    }
    return failure instanceof PerformanceRegressionError
        ? "SLOWER"
        : failure.getClass().getSimpleName();
  }

  private static List<Trial> done() throws IOException {
    List<Trial> trials = new ArrayList<>();
    if (Files.exists(LOG)) {
      for (String line : Files.readAllLines(LOG, StandardCharsets.UTF_8)) {
        String[] cells = line.split(",", -1);
        trials.add(new Trial(cells[0], Double.parseDouble(cells[1]), cells[2]));
      }
    }
    return trials;
  }

  private static void write(Trial trial) throws IOException {
    Files.createDirectories(LOG.toAbsolutePath().getParent());
    String line = trial.body() + "," + trial.extra() + "," + trial.verdict() + "\n";
    Files.writeString(
        LOG, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static double rate(Goal goal) throws IOException {
    List<Trial> trials = done().stream().filter(t -> t.extra() == goal.extra()).toList();
    return (double) trials.stream().filter(Trial::alarm).count() / trials.size();
  }

  private static String summary() {
    try {
      List<Trial> done = done();
      return done.stream()
          .collect(
              Collectors.groupingBy(
                  t -> String.format(Locale.ROOT, "%s +%.0f %%", t.body(), 100 * t.extra()),
                  java.util.TreeMap::new,
                  Collectors.groupingBy(
                      Trial::verdict, java.util.TreeMap::new, Collectors.counting())))
          .toString();
    } catch (IOException e) {
      return "no trials can be read: " + e;
    }
  }
}
