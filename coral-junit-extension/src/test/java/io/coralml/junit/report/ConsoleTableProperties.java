package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.StringLength;

class ConsoleTableProperties {
  @Property(tries = 200)
  void noLineIsWiderThanAHundredColumns(
      @ForAll @StringLength(max = 300) String text,
      @ForAll @DoubleRange(min = -1e18, max = 1e18) double value) {
    RunReport report =
        Results.run(
            Path.of("target", "coral"),
            Results.result()
                .suite("s" + text)
                .parameter("text", text)
                .warning(text)
                .metric(
                    new Metric("ns_per_op", value, value * 0.9, value * 1.1, "ns/op", Better.LOWER))
                .metric(Metric.exact("a_rather_long_key_of_some_suite", value, "", Better.NEITHER))
                .build());
    List<String> lines = ConsoleTable.lines(report);
    assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }
}
