package io.coralml.junit.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The lines of a {@code history.jsonl}, read back; {@link HistoryReporter} specifies them.
 * Immutable.
 *
 * @param runs in the order of time
 */
public record HistoryLines(List<Run> runs) {
  private static final int SCHEMA = 1;

  /** Copies the list. */
  public HistoryLines {
    runs = List.copyOf(runs);
  }

  /**
   * One run.
   *
   * @param time when it ended, ISO 8601
   * @param key machine, JDK and profile: only runs with the same key form a series
   * @param commit the commit it was measured at; may be empty
   * @param values by {@code benchmark id}, a slash, and the metric's key
   */
  public record Run(String time, String key, String commit, SortedMap<String, Value> values) {}

  /**
   * A metric in one run.
   *
   * @param time when the run ended
   * @param commit what was measured; may be empty
   * @param low the lower end of its interval, or the value where it has none
   * @param high likewise
   */
  public record Value(String time, String commit, double value, double low, double high) {}

  /** Returns the key of runs of a machine, JDK and profile. */
  static String key(String machine, String jdk, String profile) {
    return machine + ", JDK " + jdk + ", profile " + profile;
  }

  /** Returns the values of one series: a key, and an id with a metric. */
  public List<Value> series(String key, String name) {
    return runs.stream()
        .filter(run -> run.key().equals(key) && run.values().containsKey(name))
        .map(run -> run.values().get(name))
        .toList();
  }

  /**
   * Reads a history.
   *
   * @param file a {@code history.jsonl}, or a folder that holds one
   * @throws BenchmarkException if it cannot be read, or a line other than the last is no run. A
   *     last line that is cut short is left out: its writer may have been killed.
   */
  public static HistoryLines read(Path file) {
    Path path = Files.isDirectory(file) ? file.resolve(HistoryReporter.FILE) : file;
    List<String> lines;
    try {
      lines = Files.readAllLines(path, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BenchmarkException(
          "There is no history to read at "
              + path
              + "; measure with -Dcoral.history.dir=FOLDER"
              + " first.",
          e);
    }
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          runs.add(run(new ObjectMapper().readTree(lines.get(i)), path, i + 1));
        } catch (JsonProcessingException e) {
          if (i < lines.size() - 1) {
            throw new BenchmarkException("Line " + (i + 1) + " of " + path + " is not JSON.", e);
          }
        }
      }
    }
    return new HistoryLines(runs);
  }

  private static Run run(JsonNode line, Path path, int number) {
    if (line.path("schema").asInt() != SCHEMA) {
      throw new BenchmarkException(
          "Line " + number + " of " + path + " is of another schema than " + SCHEMA + ".");
    }
    String time = line.path("time").asText();
    String commit = line.path("commit").asText();
    SortedMap<String, Value> values = new TreeMap<>();
    for (Map.Entry<String, JsonNode> benchmark : line.path("benchmarks").properties()) {
      for (Map.Entry<String, JsonNode> metric : benchmark.getValue().properties()) {
        double value = metric.getValue().path("value").asDouble();
        values.put(
            benchmark.getKey() + "/" + metric.getKey(),
            new Value(
                time,
                commit,
                value,
                metric.getValue().path("low").asDouble(value),
                metric.getValue().path("high").asDouble(value)));
      }
    }
    String key =
        key(
            line.path("machine").asText(),
            line.path("jdk").asText(),
            line.path("profile").asText());
    return new Run(time, key, commit, values);
  }
}
