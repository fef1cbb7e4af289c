package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotProperties {
  @Property(tries = 100)
  void isAPictureWithEveryDotInsideForAnySamples(
      @ForAll @Size(min = 1, max = 60) List<@DoubleRange(min = 0, max = 1e12) Double> samples)
      throws Exception {
    Document svg =
        PlotTest.parse(
            BlockPlot.draw(
                Results.result()
                    .parameter("text", "<&\"\u0001>")
                    .metric(new Metric("ns_per_op", 5, 4, 6, "ns/op", Better.LOWER))
                    .samples(samples.stream().mapToDouble(Double::doubleValue).toArray())
                    .build()));
    assertThat(PlotTest.dots(svg, "data")).isEqualTo(samples.size());
    NodeList circles = svg.getElementsByTagName("circle");
    for (int i = 0; i < circles.getLength(); i++) {
      Element circle = (Element) circles.item(i);
      assertThat(Double.parseDouble(circle.getAttribute("cy"))).isBetween(0.0, 280.0);
      assertThat(Double.parseDouble(circle.getAttribute("cx"))).isBetween(0.0, 760.0);
    }
  }

  @Property(tries = 300)
  void ticksAreRoundInsideAndNotTooMany(
      @ForAll @DoubleRange(min = -1e9, max = 1e9) double low,
      @ForAll @DoubleRange(min = 0.01, max = 1e9) double span) {
    Axis axis = Axis.around(low, low + span, 0, 100);
    assertThat(axis.ticks(5))
        .hasSizeBetween(2, 8)
        .allSatisfy(tick -> assertThat(axis.pixel(tick)).isBetween(-0.01, 100.01));
  }
}
