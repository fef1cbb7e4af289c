package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A benchmark's tag says its suite, so only tests carry the tag of what they stand for here. */
@DisplayName("The page of integrity and security")
class IntegrityPageTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Properties))(?:\\.\\w+)?`");

  @ParameterizedTest(name = "names tests that all carry the tag {1}, below ''{0}''")
  @CsvSource({
    "# Where integrity is tested, integrity, 25",
    "## Where security is tested, security, 12"
  })
  void tagged(String heading, String tag, int atLeast) throws IOException {
    List<String> lines =
        Page.read(Page.ROOT.resolve("coral-perf-tests/docs/integrity.md")).prose().stream()
            .dropWhile(line -> !line.equals(heading))
            .skip(1)
            .takeWhile(line -> !line.startsWith("#"))
            .filter(line -> line.startsWith("|"))
            .toList();
    Set<String> named =
        lines.stream()
            .flatMap(line -> TEST.matcher(line).results().map(found -> found.group(1)))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(named).hasSizeGreaterThanOrEqualTo(atLeast);
    Set<String> tagged = new TreeSet<>();
    for (Path file : Page.sources("java")) {
      if (Files.readString(file).contains("Tag(\"" + tag + "\")")) {
        tagged.add(String.valueOf(file.getFileName()).replace(".java", ""));
      }
    }
    assertThat(tagged).containsAll(named);
  }
}
