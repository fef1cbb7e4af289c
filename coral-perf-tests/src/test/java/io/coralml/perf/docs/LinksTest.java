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
import org.junit.jupiter.api.Test;

@DisplayName("What the pages refer to")
class LinksTest {
  /** A class that is named as a test or a benchmark in code style. */
  private static final Pattern TESTED =
      Pattern.compile("`([A-Z]\\w+(?:Test|Benchmark|Properties|Proof))(?:\\.\\w+)?`");

  /** An option, such as one would give with -D. */
  private static final Pattern OPTION =
      Pattern.compile("`(?:-D)?(coral\\.(?!jar\\b)[a-z][a-z.-]*[a-z])");

  private static final Pattern PAGE_OF_DOCS = Pattern.compile(".*/(docs|samples)/[^/]+\\.md");

  private final List<Page> pages = Page.all();

  LinksTest() throws IOException {}

  @Test
  @DisplayName("is there: every file and every anchor of a link")
  void links() throws IOException {
    assertThat(pages).hasSizeGreaterThan(15);
    Set<String> broken = new TreeSet<>();
    for (Page page : pages) {
      for (String link : page.links()) {
        if (!link.startsWith("https://")) {
          check(page, link, broken);
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static void check(Page page, String link, Set<String> broken) throws IOException {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path here = Page.ROOT.resolve(page.path());
    Path target = file.isEmpty() ? here : here.resolveSibling(file).normalize();
    if (!target.startsWith(Page.ROOT) || !Files.exists(target)) {
      broken.add(page + ": there is no " + link);
    } else if (hash >= 0 && !Page.read(target).anchors().contains(link.substring(hash + 1))) {
      broken.add(page + ": no heading for " + link);
    }
  }

  @Test
  @DisplayName("is listed: every page has a link in the README")
  void listed() throws IOException {
    Set<Path> linked =
        Page.read(Page.ROOT.resolve("README.md")).links().stream()
            .map(link -> link.replaceAll("#.*", ""))
            .filter(link -> link.endsWith(".md"))
            .map(Path::of)
            .collect(Collectors.toSet());
    assertThat(pages)
        .map(Page::path)
        .filteredOn(path -> PAGE_OF_DOCS.matcher(path.toString()).matches())
        .allSatisfy(path -> assertThat(linked).contains(path));
  }

  @Test
  @DisplayName("exists: every test and benchmark that a page names")
  void tests() throws IOException {
    Set<String> known =
        Page.sources("java").stream()
            .map(file -> String.valueOf(file.getFileName()).replace(".java", ""))
            .collect(Collectors.toSet());
    Set<String> own = Set.of("SortingBenchmark"); // what a reader is to write
    assertThat(named(TESTED))
        .isNotEmpty()
        .allMatch(name -> known.contains(name) || own.contains(name));
  }

  @Test
  @DisplayName("exists: every option that a page names")
  void options() throws IOException {
    assertThat(named(OPTION)).isNotEmpty().isSubsetOf(Page.options());
  }

  private Set<String> named(Pattern pattern) {
    return pages.stream()
        .flatMap(page -> page.prose().stream())
        .flatMap(line -> pattern.matcher(line).results().map(found -> found.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
