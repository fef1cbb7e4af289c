package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the README's console blocks, on the sample of real weights, and compares
 * what they print. Left out of the comparison are names of commits, dates, and the figures of
 * {@code stats}, which get better with the codec.
 */
@DisplayName("The README")
class ReadmeTest {
  private static final Path README = Path.of("../README.md");
  private static final Path SAMPLE =
      Path.of("../coral-perf-tests/src/test/resources/io/coralml/perf/real-sample");
  private static final Pattern BLOCK = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  @TempDir Path folder;

  /** A command of the README and what it is to print. */
  private record Step(String command, List<String> output) {}

  private static List<Step> steps(String readme) {
    List<Step> steps = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(readme); block.find(); ) {
      for (String line : block.group(1).lines().toList()) {
        if (line.startsWith("$ ")) {
          steps.add(new Step(line.substring(2), new ArrayList<>()));
        } else {
          steps.get(steps.size() - 1).output().add(line);
        }
      }
    }
    return steps;
  }

  private static String[] words(String command) {
    List<String> words = new ArrayList<>();
    for (Matcher word = WORD.matcher(command); word.find(); ) {
      words.add(word.group(1) != null ? word.group(1) : word.group(2));
    }
    return words.toArray(String[]::new);
  }

  private String stable(String command, String output) {
    String text =
        output
            .replace(folder.toAbsolutePath().normalize().toString(), "/models/bge")
            .replaceAll("\\b[0-9a-f]{10}([0-9a-f]{30})?\\b", "ID")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "DATE")
            .strip();
    return command.equals("stats")
        ? text.replaceAll("\\d+([.]\\d)? [KM]?i?B", "BYTES")
            .replaceAll("[\\d.]+x", "RATIO")
            .replaceAll(" +", " ")
        : text;
  }

  @Test
  @DisplayName("shows what the commands print")
  void walk() throws IOException {
    Files.copy(
        SAMPLE.resolve("bge-small-en-attention-f16.safetensors"),
        folder.resolve("bge-small.safetensors"));
    Files.copy(
        SAMPLE.resolve("bge-small-en-v1.5-attention-f16.safetensors"),
        folder.resolve("bge-small-v1.5.safetensors"));
    float[] weights = new float[2 * 384];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    Safetensors.write(
        folder.resolve("classifier.safetensors"),
        Map.of("classifier.weight", Tensor.of(weights, 2, 384)),
        Map.of());
    Terminal terminal = new Terminal(folder, false).with("CORAL_AUTHOR", "Ada <ada@lab>");
    List<Step> steps = steps(Files.readString(README));
    assertThat(steps).hasSizeGreaterThan(12);
    for (Step step : steps) {
      String[] words = words(step.command());
      assertThat(words[0]).isEqualTo("coral");
      String[] arguments = Arrays.copyOfRange(words, 1, words.length);
      Terminal.Said said = terminal.run(arguments);
      assertThat(said.err()).as(step.command()).isEmpty();
      assertThat(stable(arguments[0], said.out()))
          .as(step.command())
          .isEqualTo(stable(arguments[0], String.join("\n", step.output())));
    }
  }
}
