package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Every package")
class PackagesTest {
  private static final Pattern FIRST_SENTENCE =
      Pattern.compile("(?s)^/\\*\\*\\s*\\* ([A-Z].{10,}?[.:])[\\s{<]");

  @Test
  @DisplayName("of the products has a page of its own that begins with a sentence")
  void pages() throws IOException {
    Set<Path> folders =
        Page.sources("java").stream()
            .filter(file -> file.toString().contains("src/main/java"))
            .map(Path::getParent)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(folders).hasSizeGreaterThan(15);
    for (Path folder : folders) {
      Path page = folder.resolve("package-info.java");
      assertThat(page).exists();
      assertThat(Files.readString(page)).as("%s", page).containsPattern(FIRST_SENTENCE);
    }
  }
}
