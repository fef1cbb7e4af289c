package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of parity")
class ParityTest {
  private static final Pattern LEADS_SOMEWHERE =
      Pattern.compile("\\]\\([^)]+\\)|^Dropped: [A-Z].+\\.$");

  private static final Pattern METHODS = Pattern.compile("\\]\\(([^)]+\\.java)\\)((?:, `\\w+`)+)");

  private final List<List<String>> rows =
      Page.read(Page.ROOT.resolve("coral-perf-tests/docs/parity.md")).prose().stream()
          .filter(line -> line.startsWith("|"))
          .map(ParityTest::cells)
          .toList();

  ParityTest() throws IOException {}

  private static List<String> cells(String line) {
    List<String> parts = Arrays.asList(line.split("(?<!\\\\)\\|", -1));
    return parts.subList(1, parts.size() - 1).stream().map(String::strip).toList();
  }

  @Test
  @DisplayName("has no empty cell")
  void full() {
    assertThat(rows).hasSizeGreaterThan(200);
    assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(2).doesNotContain(""));
  }

  @Test
  @DisplayName("says of every row where it is, or why it is not")
  void answered() {
    assertThat(rows)
        .filteredOn(row -> !row.get(0).equals("the original") && !row.get(0).startsWith("---"))
        .allSatisfy(row -> assertThat(row.get(1)).containsPattern(LEADS_SOMEWHERE));
  }

  @Test
  @DisplayName("names only methods that the class it leads to has")
  void methods() throws IOException {
    int seen = 0;
    for (List<String> row : rows) {
      for (MatchResult named : METHODS.matcher(row.get(1)).results().toList()) {
        Path file = Page.ROOT.resolve("coral-perf-tests/docs").resolve(named.group(1)).normalize();
        String source = Files.readString(file);
        for (String method : named.group(2).replaceAll("[` ]", "").substring(1).split(",", -1)) {
          assertThat(source).as("%s", row).contains("void " + method + "(");
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(20);
  }

  @Test
  @DisplayName("lists nothing twice")
  void unique() {
    assertThat(rows)
        .map(row -> row.get(0))
        .filteredOn(cell -> !cell.equals("the original") && !cell.startsWith("---"))
        .doesNotHaveDuplicates();
  }
}
