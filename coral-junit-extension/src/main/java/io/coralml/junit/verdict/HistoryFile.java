package io.coralml.junit.verdict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.coralml.junit.BenchmarkException;
import io.coralml.junit.report.HistoryReporter;
import io.coralml.junit.stats.ChangePoint;
import io.coralml.junit.stats.ChangePoints;
import io.coralml.junit.stats.Sample;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The history that {@link HistoryReporter} writes, read back as series. Only runs of the same
 * machine, JDK and profile form a series: other differences would be found as changes of the code.
 *
 * @param runs the runs in the order of time
 */
public record HistoryFile(List<Run> runs) {
  private static final int SCHEMA = 1;

  /** Copies the list. */
  public HistoryFile {
    runs = List.copyOf(runs);
  }

  /**
   * One run.
   *
   * @param time when it ended, ISO 8601
   * @param key machine, JDK and profile
   * @param commit the commit it was measured at; may be empty
   * @param values by {@code benchmark id}, a slash, and the metric's key
   */
  public record Run(String time, String key, String commit, SortedMap<String, Double> values) {}

  /**
   * A series that changed.
   *
   * @param key machine, JDK and profile
   * @param series benchmark id and metric
   * @param at the first run of the new level
   * @param change the levels before and after
   */
  public record Shift(String key, String series, Run at, ChangePoint change) {
    /** Returns the change in words. */
    public String sentence() {
      return String.format(
          Locale.ROOT,
          "%s changed by %+.1f %% (from %.4g to %.4g) at %s%s.",
          series,
          100 * (change.ratio() - 1),
          change.before(),
          change.after(),
          at.time(),
          at.commit().isEmpty() ? "" : ", commit " + at.commit());
    }
  }

  /**
   * Reads a history.
   *
   * @param file a {@code history.jsonl}, or a folder that holds one
   * @throws BenchmarkException if it cannot be read, or a line other than the last is no run. A
   *     last line that is cut short is left out: its writer may have been killed.
   */
  public static HistoryFile read(Path file) {
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
    return new HistoryFile(runs);
  }

  private static Run run(JsonNode line, Path path, int number) {
    if (line.path("schema").asInt() != SCHEMA) {
      throw new BenchmarkException(
          "Line " + number + " of " + path + " is of another schema than " + SCHEMA + ".");
    }
    SortedMap<String, Double> values = new TreeMap<>();
    line.path("benchmarks")
        .properties()
        .forEach(
            benchmark ->
                benchmark
                    .getValue()
                    .properties()
                    .forEach(
                        metric ->
                            values.put(
                                benchmark.getKey() + "/" + metric.getKey(),
                                metric.getValue().path("value").asDouble())));
    String key =
        line.path("machine").asText()
            + ", JDK "
            + line.path("jdk").asText()
            + ", profile "
            + line.path("profile").asText();
    return new Run(line.path("time").asText(), key, line.path("commit").asText(), values);
  }

  /**
   * Finds where series changed. Advisory: a history knows neither the weather of the machine nor
   * what else was changed.
   *
   * @param seed the seed of the search
   */
  public List<Shift> shifts(long seed) {
    SortedMap<String, List<Run>> groups = new TreeMap<>();
    runs.forEach(run -> groups.computeIfAbsent(run.key(), key -> new ArrayList<>()).add(run));
    List<Shift> shifts = new ArrayList<>();
    for (Map.Entry<String, List<Run>> group : groups.entrySet()) {
      SortedMap<String, List<Run>> series = new TreeMap<>();
      for (Run run : group.getValue()) {
        run.values()
            .keySet()
            .forEach(name -> series.computeIfAbsent(name, key -> new ArrayList<>()).add(run));
      }
      series.forEach(
          (name, members) -> {
            double[] values = members.stream().mapToDouble(run -> run.values().get(name)).toArray();
            for (ChangePoint change : new ChangePoints(seed).find(Sample.of(values))) {
              shifts.add(new Shift(group.getKey(), name, members.get(change.index()), change));
            }
          });
    }
    return shifts;
  }
}
