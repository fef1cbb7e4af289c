package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.format.Safetensors;
import io.coralml.repository.RepositoryOptions;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the commands of the pages' console blocks, on the sample of real weights, and compares what
 * they print. Left out of the comparison are names of commits and packs, dates, and sizes of what
 * is stored, which get better with the codec.
 */
@DisplayName("A page about the store")
class PagesTest {
  private static final Path SAMPLE =
      Path.of("../coral-perf-tests/src/test/resources/io/coralml/perf/real-sample");
  private static final Path TUNING = Path.of("docs/tuning.md");
  private static final Pattern VERB = Pattern.compile("(?m)^  ([a-z-]+) +[A-Z]");
  private static final Pattern INLINE =
      Pattern.compile("(?:`|^)coral ([a-z][a-z-]+)((?: [^`\n]*)?)", Pattern.MULTILINE);
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");

  @TempDir Path folder;

  private String stable(String text) {
    return text.replace(folder.toAbsolutePath().normalize().toString(), "/models/bge")
        .replaceAll("\\b[0-9a-f]{10}([0-9a-f]{30})?\\b", "ID")
        .replaceAll("\\b[0-9a-f]{32}\\.h5\\b", "PACK")
        .replaceAll("\\b[0-9a-f]{64}\\b", "TENSOR")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "DATE")
        .replaceAll("instead of \\d+", "instead of BYTES")
        .replaceAll("\\d+ bytes", "BYTES")
        .replaceAll("\\d+([.]\\d)? [KM]?i?B", "BYTES")
        .replaceAll("[\\d.]+x smaller", "RATIO")
        .replaceAll(" +", " ")
        .strip();
  }

  private void makeModels() throws IOException {
    Files.copy(
        SAMPLE.resolve("bge-small-en-attention-f16.safetensors"),
        folder.resolve("bge-small.safetensors"));
    Files.copy(
        SAMPLE.resolve("bge-small-en-v1.5-attention-f16.safetensors"),
        folder.resolve("bge-small-v1.5.safetensors"));
    writeHead("classifier", 0);
    writeHead("head-ada", 2);
    writeHead("head-ben", 3);
  }

  /** Writes a classifier; with a seed other than 0, one that was trained a little further. */
  private void writeHead(String name, long seed) {
    float[] weights = new float[2 * 384];
    SplittableRandom start = new SplittableRandom(1);
    SplittableRandom training = new SplittableRandom(seed);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) start.nextGaussian();
      if (seed != 0) {
        weights[i] += 0.01f * (float) training.nextGaussian();
      }
    }
    Safetensors.write(
        folder.resolve(name + ".safetensors"),
        Map.of("classifier.weight", Tensor.of(weights, 2, 384)),
        Map.of());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "../README.md",
        "docs/store.md",
        "docs/merging.md",
        "docs/recovery.md",
        "docs/tuning.md"
      })
  @DisplayName("shows what the commands print")
  void walk(String page) throws IOException {
    makeModels();
    List<CommandPage.Step> steps = CommandPage.steps(Path.of(page));
    assertThat(steps).hasSizeGreaterThan(5);
    PageShell shell = new PageShell(folder);
    for (CommandPage.Step step : steps) {
      assertThat(stable(shell.run(step.words())))
          .as(step.command())
          .isEqualTo(stable(step.expected()));
    }
  }

  @Test
  @DisplayName("about tuning has the value of every setting in every preset")
  void presets() throws IOException {
    List<String> expected = new ArrayList<>();
    SortedMap<String, String> defaults = RepositoryOptions.preset("default").settings();
    SortedMap<String, String> space = RepositoryOptions.preset("space").settings();
    SortedMap<String, String> speed = RepositoryOptions.preset("speed").settings();
    SortedMap<String, String> memory = RepositoryOptions.preset("memory").settings();
    for (String key : defaults.keySet()) {
      expected.add(
          String.join(
              " | ",
              "| `" + key + "`",
              String.valueOf(defaults.get(key)),
              String.valueOf(space.get(key)),
              String.valueOf(speed.get(key)),
              String.valueOf(memory.get(key)),
              ""));
    }
    List<String> page = Files.readAllLines(TUNING);
    assertThat(expected).allSatisfy(row -> assertThat(page).anyMatch(line -> line.startsWith(row)));
  }

  @Test
  @DisplayName("about the disk names whatever lies in a repository")
  void disk() throws IOException {
    makeModels();
    Terminal terminal = new Terminal(folder, false);
    terminal.fine("init");
    terminal.fine("config", "--preset", "space");
    terminal.fine("import", "bge-small.safetensors", "-m", "one");
    terminal.fine("add", "classifier.safetensors");
    terminal.fine("fsck", "--level", "deep");
    String page = Files.readString(Path.of("docs/disk-format.md"));
    String picture = page.substring(page.indexOf(".coral/\n"), page.indexOf("Not all of them"));
    List<String> lying = new ArrayList<>();
    for (Path place : List.of(folder.resolve(".coral"), folder.resolve(".coral/packs"))) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(place)) {
        found.forEach(each -> lying.add(kind(String.valueOf(each.getFileName()))));
      }
    }
    assertThat(lying).contains("staging", "similarity", "<id>.h5", "checked");
    assertThat(lying)
        .allSatisfy(
            name -> assertThat(picture).containsPattern("[ /]" + Pattern.quote(name) + "[ /\n]"));
  }

  /** The name as the page has it, where it differs from file to file. */
  private static String kind(String name) {
    return name.replaceAll("^[0-9a-f]{32}(?=\\.h5$)", "<id>")
        .replaceAll("^lease-.*", "lease-*")
        .replaceAll("^.*lock$", "*lock");
  }

  @Test
  @DisplayName("about the command line has a row for every verb, with all its options and no other")
  void verbs() throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs/command-line.md"));
    Terminal terminal = new Terminal(folder, false);
    List<String> verbs =
        VERB.matcher(terminal.fine("--help")).results().map(found -> found.group(1)).toList();
    assertThat(verbs).hasSizeGreaterThan(20);
    for (String verb : verbs) {
      SortedSet<String> options = options(terminal.fine(verb, "--help"));
      options.remove("--help");
      assertThat(page)
          .as(verb)
          .filteredOn(line -> line.startsWith("| `" + verb + "` | ") && line.contains(" | "))
          .anySatisfy(row -> assertThat(options(row)).isEqualTo(options));
    }
  }

  @Test
  @DisplayName("names only verbs and options that exist, also between the lines")
  void inline() throws IOException {
    Terminal terminal = new Terminal(folder, false);
    List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
    for (String docs :
        List.of("docs", "../coral-junit-extension/docs", "../coral-perf-tests/docs")) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(Path.of(docs), "*.md")) {
        found.forEach(pages::add);
      }
    }
    int seen = 0;
    for (Path page : pages) {
      for (MatchResult command : INLINE.matcher(Files.readString(page)).results().toList()) {
        String help = terminal.fine(command.group(1), "--help");
        assertThat(options(help))
            .as("%s: %s", page, command.group())
            .containsAll(options(command.group(2)));
        seen++;
      }
    }
    assertThat(seen).isGreaterThan(20);
  }

  private static SortedSet<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
