package io.coralml.junit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything one JVM measured. Immutable.
 *
 * @param profile the active profile's name, such as {@code quick}, or the name of a custom one
 * @param seed the seed of everything random in the run
 * @param budget the time the profile allows for measuring; zero in a functional run
 * @param environment what the run stood on: JVM, flags, processor, memory, commit; keys in lower
 *     snake case
 * @param results one per benchmark and set of arguments, in the order they were run
 * @param problems what concerns the whole run and not one benchmark, one sentence each
 * @param outputFolder where reports are written; it may not exist yet
 * @param start when the run began
 * @param stop when it ended
 */
public record RunReport(
    String profile,
    long seed,
    Duration budget,
    SortedMap<String, String> environment,
    List<BenchmarkResult> results,
    List<String> problems,
    Path outputFolder,
    Instant start,
    Instant stop) {

  /** Copies the collections. */
  public RunReport {
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
    results = List.copyOf(results);
    problems = List.copyOf(problems);
  }

  /** Tells whether anything was measured; false in a functional run. */
  public boolean measured() {
    return !profile.equals(BenchmarkProfile.FUNCTIONAL.key());
  }

  /** Returns how many benchmarks ended in the given way. */
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }
}
