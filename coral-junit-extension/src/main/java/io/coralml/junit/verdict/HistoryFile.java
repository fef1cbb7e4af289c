package io.coralml.junit.verdict;

import io.coralml.junit.report.HistoryLines;
import io.coralml.junit.report.HistoryLines.Run;
import io.coralml.junit.stats.ChangePoint;
import io.coralml.junit.stats.ChangePoints;
import io.coralml.junit.stats.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a history tells. Only runs of the same machine, JDK and profile form a series: other
 * differences would be found as changes of the code.
 *
 * @param runs the runs in the order of time
 */
public record HistoryFile(List<Run> runs) {
  /** Copies the list. */
  public HistoryFile {
    runs = List.copyOf(runs);
  }

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
   * @throws io.coralml.junit.BenchmarkException if it cannot be read; see {@link HistoryLines#read}
   */
  public static HistoryFile read(Path file) {
    return new HistoryFile(HistoryLines.read(file).runs());
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
            double[] values =
                members.stream().mapToDouble(run -> run.values().get(name).value()).toArray();
            for (ChangePoint change : new ChangePoints(seed).find(Sample.of(values))) {
              shifts.add(new Shift(group.getKey(), name, members.get(change.index()), change));
            }
          });
    }
    return shifts;
  }
}
