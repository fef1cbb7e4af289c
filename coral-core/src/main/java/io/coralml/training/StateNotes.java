package io.coralml.training;

import io.coralml.CorruptDataException;
import io.coralml.history.CommitId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The notes a checkpoint's commit carries, version 1: all that is known of the state as text.
 * Numbers are written as Java writes them, which is exact.
 *
 * <table>
 * <caption>Notes</caption>
 * <tr><th>key</th><th>value</th></tr>
 * <tr><td>{@code checkpoint}</td><td>1, the version of these notes</td></tr>
 * <tr><td>{@code run}, {@code number}</td><td>the run, and the checkpoint's place in it</td></tr>
 * <tr><td>{@code milestone}</td><td>whether it is kept for good</td></tr>
 * <tr><td>{@code time}</td><td>ISO-8601 in UTC</td></tr>
 * <tr><td>{@code epoch}, {@code step}</td><td>what is completed</td></tr>
 * <tr><td>{@code loss}, {@code learning_rate}</td><td>missing when NaN</td></tr>
 * <tr><td>{@code metric.NAME}, {@code seed.NAME}</td><td>one each</td></tr>
 * <tr><td>{@code lowest.NAME}, {@code highest.NAME}</td><td>of each figure, in any checkpoint of
 * the run so far</td></tr>
 * </table>
 */
final class StateNotes {
  private static final String VERSION = "1";
  private static final String METRIC = "metric.";
  private static final String SEED = "seed.";
  private static final String LOWEST = "lowest.";
  private static final String HIGHEST = "highest.";

  private StateNotes() {}

  static SortedMap<String, String> write(
      String run, int number, boolean milestone, TrainingState state, Progress after) {
    TreeMap<String, String> notes = new TreeMap<>();
    notes.put("checkpoint", VERSION);
    notes.put("run", run);
    notes.put("number", Integer.toString(number));
    notes.put("milestone", Boolean.toString(milestone));
    notes.put("time", after.time().toString());
    notes.put("epoch", Long.toString(state.epoch()));
    notes.put("step", Long.toString(state.step()));
    put(notes, "loss", state.loss());
    put(notes, "learning_rate", state.learningRate());
    state.metrics().forEach((name, value) -> notes.put(METRIC + name, value.toString()));
    state.seeds().forEach((name, value) -> notes.put(SEED + name, value.toString()));
    after.lowest().forEach((name, value) -> notes.put(LOWEST + name, value.toString()));
    after.highest().forEach((name, value) -> notes.put(HIGHEST + name, value.toString()));
    return notes;
  }

  private static void put(Map<String, String> notes, String key, double value) {
    if (!Double.isNaN(value)) {
      notes.put(key, Double.toString(value));
    }
  }

  /**
   * Reads the notes of a commit.
   *
   * @throws CorruptDataException if they are not those of a checkpoint
   */
  static Checkpoint read(CommitId commit, SortedMap<String, String> notes) {
    return parsed(
        commit,
        () -> {
          require(notes, "checkpoint", VERSION);
          TrainingState state =
              new TrainingState(
                  Long.parseLong(get(notes, "epoch")),
                  Long.parseLong(get(notes, "step")),
                  Double.parseDouble(notes.getOrDefault("loss", "NaN")),
                  Double.parseDouble(notes.getOrDefault("learning_rate", "NaN")),
                  under(METRIC, notes, Double::valueOf),
                  under(SEED, notes, Long::valueOf),
                  Map.of());
          return new Checkpoint(
              get(notes, "run"),
              Integer.parseInt(get(notes, "number")),
              commit,
              Instant.parse(get(notes, "time")),
              Boolean.parseBoolean(get(notes, "milestone")),
              state);
        });
  }

  /** Returns what a run had saved when it made a checkpoint. */
  static Progress progress(Checkpoint checkpoint, SortedMap<String, String> notes) {
    return parsed(
        checkpoint.commit(),
        () ->
            new Progress(
                checkpoint.state().epoch(),
                checkpoint.state().step(),
                checkpoint.time(),
                under(LOWEST, notes, Double::valueOf),
                under(HIGHEST, notes, Double::valueOf)));
  }

  private static <T> T parsed(CommitId commit, java.util.function.Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new CorruptDataException(
          "The commit " + commit.abbreviated() + " is tagged as a checkpoint and is none.", e);
    }
  }

  private static String get(Map<String, String> notes, String key) {
    String value = notes.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }

  private static void require(Map<String, String> notes, String key, String value) {
    if (!get(notes, key).equals(value)) {
      throw new IllegalArgumentException(key + " is not " + value);
    }
  }

  private static <T> SortedMap<String, T> under(
      String prefix, SortedMap<String, String> notes, Function<String, T> parse) {
    TreeMap<String, T> values = new TreeMap<>();
    notes.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            values.put(key.substring(prefix.length()), parse.apply(value));
          }
        });
    return values;
  }
}
