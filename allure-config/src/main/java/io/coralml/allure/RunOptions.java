package io.coralml.allure;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the build tells the report step.
 *
 * @param root the folder of the reactor; each module is a folder right below it
 * @param target where this step may write
 * @param allureHome the unpacked Allure command line
 * @param history where trends are kept from run to run
 * @param since the start of this build; what is older belongs to an earlier run
 * @param modules the names of the modules that are part of this build
 * @param goals the goals and phases it was asked for
 * @param measuringModule the module whose benchmarks are measured
 * @param profile the profile that was asked for, such as {@code quick}
 * @param allure3 whether the Allure 3 report is rendered too, with npm's generator
 */
public record RunOptions(
    Path root,
    Path target,
    Path allureHome,
    Path history,
    Instant since,
    List<String> modules,
    List<String> goals,
    String measuringModule,
    String profile,
    boolean allure3) {

  private static final Set<String> MEASURING_PHASES =
      Set.of("integration-test", "post-integration-test", "verify", "install", "deploy");

  /** Copies the lists. */
  public RunOptions {
    modules = List.copyOf(modules);
    goals = List.copyOf(goals);
  }

  /** Tells whether this build was to measure: it went far enough, with the benchmarks in it. */
  public boolean measuringExpected() {
    return modules.contains(measuringModule) && goals.stream().anyMatch(MEASURING_PHASES::contains);
  }

  private static final List<String> NAMES =
      List.of(
          "--root",
          "--target",
          "--allure-home",
          "--history",
          "--since",
          "--modules",
          "--goals",
          "--measuring-module",
          "--profile",
          "--allure3");

  /**
   * Reads {@code --name=value} arguments.
   *
   * @param arguments the command line, with every option
   * @throws ReportException when a name is unknown, a value is missing or the time is not ISO 8601
   */
  public static RunOptions parse(List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (equals < 0 || !NAMES.contains(name)) {
        throw new ReportException(
            "The report step takes " + String.join("=… ", NAMES) + "=…, not \"" + argument + "\".");
      }
      values.put(name, argument.substring(equals + 1));
    }
    Path root = Path.of(required(values, "--root")).toAbsolutePath().normalize();
    return new RunOptions(
        root,
        Path.of(required(values, "--target")).toAbsolutePath().normalize(),
        Path.of(required(values, "--allure-home")).toAbsolutePath().normalize(),
        root.resolve(required(values, "--history")).normalize(),
        instant(required(values, "--since")),
        List.of(required(values, "--modules").split(",")),
        List.of(required(values, "--goals").split(",")),
        required(values, "--measuring-module"),
        required(values, "--profile"),
        Boolean.parseBoolean(values.getOrDefault("--allure3", "false")));
  }

  private static String required(Map<String, String> values, String name) {
    String value = values.getOrDefault(name, "");
    if (value.isBlank()) {
      throw new ReportException("The option " + name + " needs a value.");
    }
    return value;
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new ReportException(
          "The option --since takes a time such as 2026-11-01T09:30:00Z, not \"" + text + "\".", e);
    }
  }
}
