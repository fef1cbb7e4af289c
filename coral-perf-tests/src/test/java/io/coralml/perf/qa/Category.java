package io.coralml.perf.qa;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The categories of performance QA, in the order of the report. */
public enum Category {
  MEMORY_PATTERNS(
      1,
      "Memory usage patterns",
      "how much heap storing and reading one tensor needs",
      "100², 500², 1000², 2000², 5000² f32",
      "peak extra live heap ≤ 64 KB at 100², ≤ 3x the tensor at 500², ≤ 2x from 1000² up"),
  LEAKS(
      2,
      "Memory leak detection",
      "whether storing and reading again and again leaves anything on the heap",
      "100 to 1000 iterations of store and get, similar 1000²",
      "the slope's interval contains 0, or the slope is at most 1 KB per iteration"),
  CONCURRENCY(
      3,
      "HDF5 concurrent stress",
      "whether threads that write and read at once get exactly what was written",
      "1 to 64 threads, 500²",
      "100 % verified"),
  CLUSTERING_SCALING(
      4,
      "Clustering scaling",
      "how the cost of grouping similar tensors grows with their number",
      "100, 500, 1000, 2000, 10,000 tensors of 100² at .95 to .99",
      "growth at most n log n"),
  DELTA_PROFILING(
      5,
      "Delta encoding profiling",
      "where delta encoding spends its time",
      "every effort, 20 tensors of 2000² at .98",
      "a profile is attached and every tensor is bit-exact"),
  DEEP_HISTORY(
      6,
      "Deep commit history",
      "whether commits get slower as the history gets longer",
      "1000 to 10,000 commits of 100²",
      "the slope of commit time is not above 0 beyond its interval; opening ≤ 20 ms"),
  EXTREME_SIZES(
      7,
      "Extreme tensor sizes",
      "whether very large, very thin and empty tensors come back exact",
      "10000², 15000², 20000²; 0-d, empty, 1×10⁶, 10⁶×1",
      "exact"),
  DEDUPLICATION(
      8,
      "Deduplication scaling",
      "whether similar tensors cost the same each, however many there are",
      "10 to 5000 tensors of 200²",
      "bytes per tensor within 5 %, time per tensor not growing"),
  COMMAND_LINE(
      9,
      "Command line performance",
      "how long a person waits for the command line",
      "init, add 500², status, log, commit as real processes",
      "each ≤ 600 ms cold"),
  GARBAGE_COLLECTION(
      10,
      "Garbage collection",
      "whether cleaning up returns the space and touches nothing else",
      "100 to 10,000 tensors, half unreachable",
      "space returned ≥ 95 % of the unreachable, nothing reachable touched"),
  TRAINING(
      11,
      "Training integration",
      "how long training waits for its checkpoints",
      "50 epochs, checkpoint every 5, 1000², keep 10",
      "the training thread waits ≤ 10 ms per checkpoint"),
  CLUSTERING_MEMORY(
      12,
      "Clustering memory",
      "how much memory grouping similar tensors needs",
      "10 bases × 21 of 200²",
      "peak ≤ 2x raw");

  private final int number;
  private final String title;
  private final String objective;
  private final String parameters;
  private final String passLine;

  Category(int number, String title, String objective, String parameters, String passLine) {
    this.number = number;
    this.title = title;
    this.objective = objective;
    this.parameters = parameters;
    this.passLine = passLine;
  }

  /** Returns its number, from 1. */
  public int number() {
    return number;
  }

  /** Returns the tag that its scenarios carry, such as {@code qa-01}. */
  public String tag() {
    return String.format(Locale.ROOT, "qa-%02d", number());
  }

  /** Returns its name for a person. */
  public String title() {
    return title;
  }

  /** Returns what it finds out, as the end of a sentence. */
  public String objective() {
    return objective;
  }

  /** Returns the whole row of sizes. */
  public String parameters() {
    return parameters;
  }

  /** Returns what must hold. */
  public String passLine() {
    return passLine;
  }

  /** Returns the category of a tag. */
  public static Optional<Category> ofTag(String tag) {
    return Arrays.stream(values()).filter(category -> category.tag().equals(tag)).findFirst();
  }
}
