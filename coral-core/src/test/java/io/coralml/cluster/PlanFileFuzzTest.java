package io.coralml.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.coralml.InvalidInputException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/**
 * Feeds the reader of plans whatever the fuzzer thinks of, as it is and as the list of tensors of a
 * plan. {@code mvn test} replays the seeds; {@code mvn verify -Pfuzz} fuzzes.
 */
@Tag("security")
@DisplayName("The reader of plans, fuzzed,")
class PlanFileFuzzTest {
  private static final String HEAD =
      "{\"format\":\"coral-plan\",\"version\":1,\"strategy\":\"forest\",\"max_depth\":2,\"tensors\":";

  @FuzzTest(maxDuration = "60s")
  @DisplayName("gives a plan that is written as it was read, or an InvalidInputException")
  void reads(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    read(text);
    read(HEAD + text + "}");
  }

  private static void read(String text) {
    ClusterPlan plan;
    try {
      plan = PlanFile.read(new StringReader(text));
    } catch (InvalidInputException expected) {
      assertThat(expected.getMessage()).hasSizeLessThan(1000).doesNotContain("\n");
      return;
    }
    StringWriter written = new StringWriter();
    PlanFile.write(plan, written);
    assertThat(PlanFile.read(new StringReader(written.toString()))).isEqualTo(plan);
    plan.clusters().forEach(each -> assertThat(each.members()).contains(each.medoid()));
  }
}
