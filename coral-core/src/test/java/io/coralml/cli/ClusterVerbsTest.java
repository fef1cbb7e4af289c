package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("coral cluster and coral repack")
class ClusterVerbsTest {
  @TempDir Path folder;
  private String output = "";
  private String errors = "";

  private int coral(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Shell shell =
        new Shell(
            new PrintWriter(out),
            new PrintWriter(err),
            Map.of("CORAL_AUTHOR", "Ada <ada@example.org>"),
            folder,
            Screen.UNWATCHED);
    int code = Coral.execute(shell, args);
    output = out.toString();
    errors = err.toString();
    return code;
  }

  private void fine(String... args) {
    assertThat(coral(args)).as(errors).isZero();
    assertThat(errors).isEmpty();
  }

  private long number(String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\" : ([0-9]+)").matcher(output);
    assertThat(matcher.find()).as(output).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @BeforeEach
  void first() {
    fine("init");
    fine("config", "similarity", "1");
    commitFamily("m", 1);
  }

  /** Commits five tensors that differ by a thousandth of their weights. */
  private void commitFamily(String name, long seed) {
    Random random = new Random(seed);
    float[] first = new float[4096];
    for (int i = 0; i < first.length; i++) {
      first[i] = (float) random.nextGaussian();
    }
    Map<String, Tensor> tensors = new TreeMap<>();
    for (int member = 0; member < 5; member++) {
      float[] values = first.clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += member * 1e-3f * (float) random.nextGaussian();
      }
      tensors.put(name + member, Tensor.of(values));
    }
    Path file = folder.resolve("in.safetensors");
    Safetensors.write(file, tensors, Map.of());
    fine("add", file.toString());
    fine("commit", "-m", name);
  }

  @Test
  @DisplayName(
      "a new plan takes the place of the old one when it is whole, and leaves nothing else")
  void replaced() throws IOException {
    fine("cluster", "plan", "--strategy", "forest");
    Path plan = folder.resolve("coral-plan.json");
    byte[] before = Files.readAllBytes(plan);
    Path kept = Files.createLink(folder.resolve("kept"), plan);
    commitFamily("n", 2);
    fine("cluster", "plan", "--strategy", "forest");
    assertThat(Files.readAllBytes(kept)).isEqualTo(before);
    assertThat(Files.readAllBytes(plan)).isNotEqualTo(before);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  @DisplayName("plan --extend says how many tensors are new, how far off they are, what was done")
  void extend() throws IOException {
    fine("cluster", "plan", "--strategy", "forest");
    commitFamily("n", 2);
    Path plan = folder.resolve("coral-plan.json");
    byte[] before = Files.readAllBytes(plan);
    fine("cluster", "plan", "--extend");
    assertThat(output)
        .contains("5 tensors are new; they cost", "So 5 tensors were planned anew", "Written to");
    Files.write(plan, before);
    fine("cluster", "plan", "--extend", "--json");
    assertThat(number("added")).isEqualTo(5);
    assertThat(number("replanned")).isEqualTo(5);
    assertThat(number("saved_bytes")).isPositive();
    assertThat(output).contains("\"drift\" : ", "\"rebalanced\" : true", "\"plan\" : {");
    assertThat(number("deltas")).isEqualTo(8);
  }

  @Test
  @DisplayName("analyze compares the strategies and changes nothing")
  void analyze() {
    fine("cluster", "analyze");
    assertThat(output)
        .contains("Found 1 family of tensors that", "kmeans", "hierarchical", "dbscan", "forest");
    fine("cluster", "analyze", "--json");
    assertThat(number("families")).isEqualTo(1);
    fine("stats", "--json");
    assertThat(number("deltas")).isZero();
  }

  @Test
  @DisplayName("plan, apply and report: promised, dry and real bytes agree")
  void planAndApply() throws IOException {
    fine("cluster", "plan", "--strategy", "forest");
    assertThat(output).contains("coral-plan.json");
    fine("cluster", "apply", "--dry-run", "--json");
    long promised = number("bytes_after");
    fine("stats", "--json");
    assertThat(number("deltas")).isZero();
    fine("cluster", "apply", "--json");
    assertThat((double) promised / number("bytes_after")).isBetween(0.97, 1.03);
    assertThat(number("bytes_after")).isLessThan(number("bytes_before"));
    fine("cluster", "report");
    assertThat(output).contains("Promised: 4 deltas", "Stored:   4 deltas");
    fine("cluster", "report", "--json");
    fine("cluster", "plan", "--extend");
    assertThat(output).contains("No tensor is new; the plan stays as it is.");
    fine("fsck", "--level", "deep");
    Files.writeString(folder.resolve("coral-plan.json"), "{\"tensors\":1}");
    assertThat(coral("cluster", "apply")).isEqualTo(2);
    assertThat(errors.lines()).hasSize(1);
    assertThat(coral("cluster", "apply", "--plan", "nowhere.json")).isEqualTo(2);
    assertThat(errors).contains("There is no plan");
    assertThat(coral("cluster", "dance")).isEqualTo(2);
  }

  @Test
  @DisplayName("repack does it in one go, with every strategy, and says what the packs take")
  void repack() {
    fine("repack", "--dry-run");
    assertThat(output).contains("Would encode 4 of 5 tensors anew.");
    fine("repack", "--strategy", "dbscan");
    assertThat(output).contains("Encoded 4 of 5 tensors anew.", "Packs before:", "Packs after:");
    fine("repack", "--json");
    assertThat(number("reencoded")).isZero();
    fine("config", "clustering", "kmeans");
    fine("repack", "--json");
    assertThat(coral("repack", "--strategy", "luck")).isEqualTo(2);
  }
}
