package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@DisplayName("The plot of blocks")
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
  @DisplayName("shows every block, and the far one as an outlier of the box")
  void everyBlock() throws Exception {
    Document svg = parse(BlockPlot.draw(Results.throughput()));
    assertThat(dots(svg, "data")).isEqualTo(5);
    assertThat(dots(svg, "second")).isEqualTo(1);
  }
}
