package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.stats.Interval;
import io.coralml.junit.stats.PairedComparison;
import io.coralml.junit.stats.PairedComparison.Outcome;
import io.coralml.junit.stats.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The message of a gate that fails")
class GateDecisionTest {
  private static final Pattern BLOCK =
      Pattern.compile("^```\n(SeededBodies.*?)\n```$", Pattern.DOTALL | Pattern.MULTILINE);

  /** The failure that the page shows, with the page's figures. */
  private static GateDecision decision(String sentence) {
    return new GateDecision(
        "SeededBodies.compute",
        "computeBefore",
        comparison(Outcome.SLOWER, new Interval(1.0374, 1.0473, 1.0572), sentence),
        comparison(Outcome.INCONCLUSIVE, new Interval(0.9906, 1.0104, 1.0649), ""),
        List.of(new GateDecision.Row(3767.2, 3953.8, 1.0473, 1.0104, 16, true)));
  }

  private static PairedComparison comparison(Outcome outcome, Interval ratio, String sentence) {
    return new PairedComparison(outcome, ratio, 0.02, 0, 1, 16, 1, sentence);
  }

  @Test
  @DisplayName("is the one that the page about verdicts shows")
  void page() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(Path.of("docs", "verdicts.md")));
    assertThat(block.find()).isTrue();
    List<String> shown = block.group(1).lines().toList();
    double[] ratios = DoubleStream.iterate(1.04, it -> it + 0.001).limit(16).toArray();
    String sentence = PairedComparison.of(Sample.of(ratios), 0.02, 1).sentence();

    List<String> said = decision(sentence).message().lines().toList();

    assertThat(figures(said.get(0))).isEqualTo(figures(shown.get(0) + " " + shown.get(1)));
    assertThat(said.subList(1, said.size())).isEqualTo(shown.subList(2, shown.size()));
  }

  private static String figures(String text) {
    return text.replaceAll("\\d+([.]\\d+)?", "N");
  }
}
