package io.coralml.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.CoralBenchmark;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The original's figures")
class OriginalFigureTest {
  private static final Path SOURCES = Path.of("src/test/java/io/coralml/perf");
  private static final Path PARITY = Path.of("docs/parity.md");

  /** The tables of parity that consist of figures. */
  private static final Set<String> TABLES =
      Set.of(
          "### Tables of results and their bands",
          "### Figures of memory",
          "### Figures of deduplication, scaling, concurrency");

  /** Metrics that the framework adds itself. */
  private static final Set<String> OF_THE_FRAMEWORK =
      Set.of("compression_ratio", "space_saved_percent", "ns_per_op", "mb_per_s", "ops_per_s");

  private static final Pattern FIGURE =
      Pattern.compile(
          "\\d[\\d,.]*\\+?(-\\d+)? ?(x\\b(?!\\d)|ms\\b|s\\b|MB/s|MB\\b|KB\\b|%|tensors/s|ops/s|/s"
              + "|weights/s|similar tensors/s|clusters\\b|concurrent threads)");

  private static final Pattern BAND =
      Pattern.compile(
          "^\\| ((below|above|more than|less than) |\\d+x to |adaptive is|more clusters)");

  private final List<OriginalFigure> figures = OriginalFigure.all();

  private static Path source(OriginalFigure figure) throws IOException {
    String name = figure.benchmark().substring(0, figure.benchmark().indexOf('.')) + ".java";
    try (Stream<Path> all = Files.walk(SOURCES)) {
      return all.filter(file -> file.endsWith(name))
          .findFirst()
          .orElseThrow(() -> new AssertionError("There is no benchmark " + figure.benchmark()));
    }
  }

  private static Class<?> declaring(OriginalFigure figure) throws Exception {
    String path = SOURCES.relativize(source(figure)).toString().replace(".java", "");
    return Class.forName("io.coralml.perf." + path.replace('/', '.'));
  }

  @Test
  @DisplayName("each name a benchmark that there is")
  void benchmarks() throws Exception {
    for (OriginalFigure figure : figures) {
      String method = figure.benchmark().substring(figure.benchmark().indexOf('.') + 1);
      assertThat(Arrays.stream(declaring(figure).getDeclaredMethods()))
          .as(figure.benchmark())
          .anyMatch(each -> each.getName().equals(method) && isBenchmark(each));
    }
  }

  private static boolean isBenchmark(Method method) {
    return method.isAnnotationPresent(CoralBenchmark.class);
  }

  @Test
  @DisplayName("each name a metric that this benchmark records")
  void metrics() throws Exception {
    for (OriginalFigure figure : figures) {
      if (!OF_THE_FRAMEWORK.contains(figure.metric())) {
        String stem = figure.metric().replaceFirst("_at_\\d+$", "_at_");
        String text = Files.readString(source(figure)) + Files.readString(breakingPoint());
        assertThat(text).as(figure.benchmark()).contains('"' + stem);
      }
    }
  }

  /** Records for every search that it makes. */
  private static Path breakingPoint() {
    return SOURCES.resolve("stress/BreakingPoint.java");
  }

  @Test
  @DisplayName("are all that the table of parity has")
  void complete() throws IOException {
    Set<String> here = new TreeSet<>();
    figures.forEach(figure -> here.addAll(numbers(figure.row() + " " + figure.original())));
    boolean inside = false;
    int rows = 0;
    for (String line : Files.readAllLines(PARITY)) {
      inside = line.startsWith("#") ? TABLES.contains(line) : inside;
      boolean figureRow = inside && line.startsWith("| ") && !line.contains("| here |");
      // A band says how to read a figure; the report prints the bands below the tables.
      if (figureRow && !BAND.matcher(line).find()) {
        String original = line.split("(?<!\\\\)\\|", -1)[1];
        assertThat(here).as(line).containsAll(numbers(original));
        rows++;
      }
    }
    assertThat(rows).as("rows of figures in %s", PARITY).isGreaterThan(30);
  }

  private static Set<String> numbers(String text) {
    Set<String> numbers = new TreeSet<>();
    Matcher figure = FIGURE.matcher(text.replace("about ", ""));
    while (figure.find()) {
      numbers.add(figure.group().replace(" ", "").replace("weights/s", "/s"));
    }
    return numbers;
  }

  private static String repacked(String strategy, int clusters, String status) {
    return "{\"suite\":\"clustering\",\"name\":\"RepackBenchmark.collections\",\"parameters\":{"
        + "\"families\":\"ZOO\",\"most\":\"0.91\",\"strategy\":\""
        + strategy
        + "\"},\"tags\":[],\"status\":\""
        + status
        + "\",\"metrics\":{\"clusters\":{\"value\":"
        + clusters
        + ",\"low\":null,\"high\":null,\"unit\":\"1\",\"better\":\"neither\"}}}";
  }

  @Test
  @DisplayName("are those of the row with their arguments, and say where its benchmark failed")
  void arguments() {
    String report =
        QaReport.of(
            ("{\"schema\":1,\"profile\":\"quick\",\"seed\":7,\"environment\":{},\"benchmarks\":["
                    + repacked("KMEANS", 3, "passed")
                    + ","
                    + repacked("HIERARCHICAL", 5, "failed")
                    + "]}")
                .getBytes(StandardCharsets.UTF_8));
    assertThat(report)
        .contains("| K-means | clusters | 42 clusters | 3 |")
        .contains("| Hierarchical | clusters | 38 clusters | 5 (failed) |")
        .contains("| Adaptive | clusters | 45 clusters | not part of this run |");
  }

  @Test
  @DisplayName("all stand in a report, with what was measured or that it was not")
  void reported() {
    String row =
        "{\"suite\":\"compression\",\"name\":\"CompressionBenchmark.similar\",\"parameters\":{},"
            + "\"tags\":[],\"status\":\"passed\",\"metrics\":{\"compression_ratio\":{\"value\":19.5,"
            + "\"low\":null,\"high\":null,\"unit\":\"x\",\"better\":\"higher\"}}}";
    String report =
        QaReport.of(
            ("{\"schema\":1,\"profile\":\"quick\",\"seed\":7,\"environment\":{},\"benchmarks\":["
                    + row
                    + "]}")
                .getBytes(StandardCharsets.UTF_8));
    for (OriginalFigure figure : figures) {
      assertThat(report)
          .contains("| " + figure.row() + " | " + figure.figure() + " | " + figure.original());
    }
    assertThat(report)
        .contains("| Similar models | ratio | 15.2x | 19.50x | `CompressionBenchmark.similar` |")
        .contains("| space saved | 93.4 % | not measured in the profile quick |")
        .contains("| Checkpoints | ratio | 25.8x | not part of this run |");
  }
}
