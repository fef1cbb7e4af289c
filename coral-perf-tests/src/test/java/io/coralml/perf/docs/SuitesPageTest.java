package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The page of suites")
class SuitesPageTest {
  private static final Pattern NAMED = Pattern.compile("`(\\w+Benchmark)(?:\\.\\w+)?`");

  @Test
  @DisplayName("names every benchmark of coral-perf-tests")
  void complete() throws IOException {
    Set<String> named =
        Page.read(Page.ROOT.resolve("coral-perf-tests/docs/suites.md")).prose().stream()
            .flatMap(line -> NAMED.matcher(line).results().map(found -> found.group(1)))
            .collect(Collectors.toSet());
    Set<String> written =
        Page.sources("java").stream()
            .filter(file -> file.startsWith(Page.ROOT.resolve("coral-perf-tests/src/test/java")))
            .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
            .filter(name -> name.endsWith("Benchmark"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(written).hasSizeGreaterThan(30).allMatch(named::contains);
  }
}
