package io.coralml.junit.cli;

import io.coralml.junit.verdict.RunComparison;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code coral-bench} was asked for: a verb, what it is about, and options, in any order. Not
 * thread-safe.
 */
final class BenchWords {
  /** How many words each verb takes, itself included. */
  private static final Map<String, Integer> VERBS =
      Map.of("save", 3, "compare", 3, "insights", 2, "history", 2, "report", 2, "check", 1);

  /** The verb whose last word may be left out. */
  private static final String OPTIONAL = "check";

  private static final Set<String> FLAGS = Set.of("--json", "--force", "--all", "--help", "-h");
  private static final Set<String> VALUES = Set.of("--margin", "--home", "--history", "--out");

  private final List<String> words = new ArrayList<>();
  private final Set<String> flags = new HashSet<>();
  private final Map<String, String> values = new TreeMap<>();
  private double margin = RunComparison.DEFAULT_MARGIN;

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is none of {@code coral-bench}, saying why
   */
  BenchWords(String... arguments) {
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (!argument.startsWith("-")) {
        words.add(argument);
      } else if (FLAGS.contains(argument)) {
        flags.add(argument);
      } else if (equals > 0 && VALUES.contains(argument.substring(0, equals))) {
        values.put(argument.substring(0, equals), argument.substring(equals + 1));
      } else if (VALUES.contains(argument)) {
        throw new IllegalArgumentException(argument + " needs a value: " + argument + "=...");
      } else {
        throw new IllegalArgumentException("There is no option " + argument + ".");
      }
    }
    if (!help()) {
      checkVerb();
      readMargin();
    }
  }

  private void checkVerb() {
    if (words.isEmpty()) {
      throw new IllegalArgumentException("Say what to do.");
    }
    Integer wanted = VERBS.get(verb());
    if (wanted == null) {
      throw new IllegalArgumentException("There is no verb " + verb() + ".");
    }
    boolean more = verb().equals(OPTIONAL) && words.size() == wanted + 1;
    if (words.size() != wanted && !more) {
      throw new IllegalArgumentException(
          verb() + " is about " + (wanted - 1) + " things, not " + (words.size() - 1) + ".");
    }
  }

  private void readMargin() {
    String text = values.get("--margin");
    if (text == null) {
      return;
    }
    try {
      margin = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      margin = Double.NaN;
    }
    if (!RunComparison.isMargin(margin)) {
      throw new IllegalArgumentException(
          "--margin=" + text + " is no share between 0 and 10; write 0.1 for ten percent.");
    }
  }

  String verb() {
    return words.get(0);
  }

  boolean has(int place) {
    return place < words.size();
  }

  /** Returns what the verb is about, from 1. */
  String word(int place) {
    return words.get(place);
  }

  boolean help() {
    return flags.contains("--help") || flags.contains("-h");
  }

  boolean json() {
    return flags.contains("--json");
  }

  boolean force() {
    return flags.contains("--force");
  }

  /** Tells whether to print also what is the same. */
  boolean all() {
    return flags.contains("--all");
  }

  double margin() {
    return margin;
  }

  /** Returns where baselines are kept. */
  Path home() {
    return path("--home", ".coral-history/baselines");
  }

  /** Returns where a report takes its trends from. */
  Path history() {
    return path("--history", ".coral-history");
  }

  /** Returns where a report goes. */
  Path page() {
    return path("--out", "report.html");
  }

  private Path path(String option, String fallback) {
    String text = values.getOrDefault(option, fallback);
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(option + "=" + text + " is no path: " + e.getReason(), e);
    }
  }
}
