package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.coralml.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The table of JSON values")
class JsonPageTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @TempDir Path folder;

  @BeforeEach
  void setUp() {
    Terminal terminal = new Terminal(folder, false);
    terminal.fine("init");
    terminal.commit("one", Map.of("w", Terminal.tensor(1, 2), "gone", Terminal.tensor(3)));
    Tensor changed = Terminal.tensor(1, 2.5f);
    terminal.commit("two", Map.of("w", changed, "new", Terminal.tensor(4)));
    terminal.fine("cluster", "plan");
  }

  private static SortedSet<String> codes(String text) {
    return CODE.matcher(text)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the words in code style that the page has for what a verb prints. */
  private static SortedSet<String> stated(String verb) throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs/command-line.md"));
    List<String> rows =
        page.subList(page.indexOf("## JSON"), page.indexOf("## Clusters")).stream()
            .filter(line -> line.startsWith("| `"))
            .filter(line -> codes(line.split("\\|", 3)[1]).contains(verb))
            .toList();
    assertThat(rows).as(verb).hasSize(1);
    return codes(rows.get(0).split("\\|", 3)[2]);
  }

  /** Returns the fields of a value at every depth. */
  private static SortedSet<String> fields(String json) throws IOException {
    SortedSet<String> fields = new TreeSet<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.FIELD_NAME) {
          fields.add(parser.currentName());
        }
      }
    }
    return fields;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "status, status --json",
    "log, log --json",
    "ls, ls --json",
    "stats, stats --json",
    "fsck, fsck --json",
    "repack, repack --json",
    "cluster apply, cluster apply --json",
    "cluster plan, cluster plan --json",
    "cluster plan, cluster plan --extend --json",
    "cluster analyze, cluster analyze --json",
    "cluster report, cluster report --json"
  })
  @DisplayName("has every field that a verb prints")
  void fields(String verb, String command) throws IOException {
    String printed = new Terminal(folder, false).fine(command.split(" ", -1));
    SortedSet<String> stated = stated(verb);
    if (command.matches("cluster (analyze|report).*|.*--extend.*")) {
      stated.addAll(stated("cluster plan")); // of the plans in it
    }
    assertThat(fields(printed)).isNotEmpty().isSubsetOf(stated);
  }

  @Test
  @DisplayName("has every field of a comparison and of what a commit changed")
  void diff() throws IOException {
    Terminal terminal = new Terminal(folder, false);
    String diff = terminal.run("diff", "HEAD~1", "HEAD", "--json").out();
    assertThat(fields(diff)).contains("cosine").isSubsetOf(stated("diff"));

    SortedSet<String> shown = fields(terminal.fine("show", "--json"));
    assertThat(shown).contains("w", "parents");
    shown.removeAll(Set.of("w", "new")); // names of tensors
    SortedSet<String> stated = stated("show");
    stated.addAll(stated("log"));
    assertThat(shown).isSubsetOf(stated);
  }

  @Test
  @DisplayName("has a row for every verb that takes --json")
  void complete() throws IOException {
    List<String> page = Files.readAllLines(Path.of("docs/command-line.md"));
    List<String> verbs =
        page.stream()
            .filter(line -> line.startsWith("| `") && line.contains("`--json`"))
            .map(line -> line.split("`", 3)[1])
            .toList();
    String table =
        String.join("\n", page.subList(page.indexOf("## JSON"), page.indexOf("## Clusters")));
    assertThat(verbs).hasSizeGreaterThan(8);
    assertThat(verbs).allSatisfy(verb -> assertThat(table).containsPattern("(?m)^\\| .*`" + verb));
  }
}
