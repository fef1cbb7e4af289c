package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.stats.GrowthClass;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@DisplayName("A plot")
class PlotTest {
  static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  static long dots(Document svg, String style) {
    NodeList circles = svg.getElementsByTagName("circle");
    long count = 0;
    for (int i = 0; i < circles.getLength(); i++) {
      count += ((Element) circles.item(i)).getAttribute("class").equals(style) ? 1 : 0;
    }
    return count;
  }

  @Test
  @DisplayName("of blocks shows every block, and the far one as an outlier of the box")
  void everyBlock() throws Exception {
    Document svg = parse(BlockPlot.draw(Results.throughput()));
    assertThat(dots(svg, "data")).isEqualTo(5);
    assertThat(dots(svg, "second")).isEqualTo(1);
  }

  private static long lines(Document svg, String style) {
    NodeList lines = svg.getElementsByTagName("line");
    long count = 0;
    for (int i = 0; i < lines.getLength(); i++) {
      count += ((Element) lines.item(i)).getAttribute("class").equals(style) ? 1 : 0;
    }
    return count;
  }

  private static BenchmarkResult size(int n) {
    return Results.result()
        .name("SortBenchmark.sort")
        .parameter("n", Integer.toString(n))
        .metric(new Metric("ns_per_op", 3.0 * n, 2.9 * n, 3.2 * n, "ns/op", Better.LOWER))
        .build();
  }

  @Test
  @DisplayName("of growth has a dot for each size, and appears once there are enough")
  void growth() throws Exception {
    Plots plots = new Plots(new HistoryLines(List.of()), "");
    for (int n : new int[] {10, 100, 1000, 10_000}) {
      assertThat(plots.of(size(n))).isEmpty();
    }
    List<Plots.Plot> drawn = plots.of(size(100_000));
    assertThat(drawn).extracting(Plots.Plot::name).containsExactly("Growth");
    assertThat(dots(parse(drawn.get(0).svg()), "data")).isEqualTo(5);
    assertThat(drawn.get(0).svg()).contains("Grows like n (exponent 1.00");
  }

  @Test
  @DisplayName("of a ratio shows new against old, old against old, and the margin")
  void ratio() throws Exception {
    BenchmarkResult result =
        Results.result()
            .metric(new Metric("pair_ratio", 1.1, 1.08, 1.12, "x", Better.LOWER))
            .metric(new Metric("self_ratio", 1, 0.99, 1.01, "x", Better.NEITHER))
            .build();
    Document svg = parse(RatioPlot.draw(result));
    assertThat(dots(svg, "data")).isEqualTo(1);
    assertThat(dots(svg, "second")).isEqualTo(1);
    assertThat(RatioPlot.fits(Results.throughput())).isFalse();
    NodeList dots = svg.getElementsByTagName("circle");
    NodeList boxes = svg.getElementsByTagName("rect");
    Element margin = (Element) boxes.item(1);
    double right =
        Double.parseDouble(margin.getAttribute("x"))
            + Double.parseDouble(margin.getAttribute("width"));
    assertThat(Double.parseDouble(((Element) dots.item(0)).getAttribute("cx")))
        .isGreaterThan(right);
  }

  @Test
  @DisplayName("of a trend needs three runs of the same machine, and marks this one")
  void trend() throws Exception {
    BenchmarkResult result = Results.throughput();
    List<HistoryLines.Run> runs = new ArrayList<>();
    for (String key : List.of("here", "elsewhere", "here")) {
      runs.add(
          new HistoryLines.Run(
              "2026-11-0" + (runs.size() + 1),
              key,
              "c1",
              new TreeMap<>(
                  Map.of(
                      result.id() + "/ns_per_op",
                      new HistoryLines.Value("t", "c1", 1200, 1190, 1210)))));
    }
    List<Plots.Plot> drawn = new Plots(new HistoryLines(runs), "here").of(result);
    assertThat(drawn).extracting(Plots.Plot::name).containsExactly("Blocks", "Trend");
    Document svg = parse(drawn.get(1).svg());
    assertThat(dots(svg, "data")).isEqualTo(2);
    assertThat(dots(svg, "second")).isEqualTo(1);
    assertThat(lines(svg, "fit")).isEqualTo(2);
    assertThat(new Plots(new HistoryLines(runs), "elsewhere").of(result))
        .extracting(Plots.Plot::name)
        .containsExactly("Blocks");
  }

  @Test
  @DisplayName("of latencies has a bar per bucket and a line per percentile")
  void histogram() throws Exception {
    Document svg =
        parse(
            HistogramPlot.draw(
                Results.result()
                    .bucket(100, 199, 1_000_000)
                    .bucket(200, 399, 0)
                    .bucket(400, 799, 1)
                    .metric(Metric.exact("p50_ns", 150, "ns", Better.LOWER))
                    .build()));
    NodeList bars = svg.getElementsByTagName("rect");
    long drawn = 0;
    for (int i = 0; i < bars.getLength(); i++) {
      Element bar = (Element) bars.item(i);
      if (bar.getAttribute("class").equals("data")) {
        drawn++;
        assertThat(Double.parseDouble(bar.getAttribute("height"))).isGreaterThan(5);
      }
    }
    assertThat(drawn).isEqualTo(2);
  }

  @Test
  @DisplayName("of growth can be drawn of costs that one benchmark measured at several sizes")
  void growthOfOneBenchmark() throws Exception {
    double[] sizes = {10, 100, 1000, 10_000, 100_000};
    double[] costs = {20, 200, 2000, 20_000, 200_000};
    GrowthSeries series = GrowthSeries.of("commit", "weights", sizes, costs, "ns");
    assertThat(dots(parse(series.svg()), "data")).isEqualTo(sizes.length);
    assertThat(series.growth().growthClass()).isEqualTo(GrowthClass.LINEAR);
    assertThat(series.svg()).contains("commit: " + GrowthClass.LINEAR.formula(), "against weights");
  }

  @Test
  @DisplayName("of growth has its sizes and its sentence on lines of their own")
  void linesOfText() throws Exception {
    double[] sizes = {10, 100, 1000, 10_000, 100_000};
    Document svg = parse(GrowthSeries.of("commit", "weights", sizes, sizes, "ns").svg());
    NodeList texts = svg.getElementsByTagName("text");
    double sizesAt = 0;
    double sentenceAt = 0;
    for (int i = 0; i < texts.getLength(); i++) {
      Element text = (Element) texts.item(i);
      double at = Double.parseDouble(text.getAttribute("y"));
      if (text.getTextContent().equals("1,000")) {
        sizesAt = Math.max(sizesAt, at);
      } else if (text.getTextContent().startsWith("Grows like")) {
        sentenceAt = at;
      }
    }
    assertThat(sizesAt).isPositive();
    assertThat(sentenceAt - sizesAt).isGreaterThanOrEqualTo(14);
  }
}
