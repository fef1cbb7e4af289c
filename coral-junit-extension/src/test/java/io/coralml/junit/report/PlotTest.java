package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
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
}
