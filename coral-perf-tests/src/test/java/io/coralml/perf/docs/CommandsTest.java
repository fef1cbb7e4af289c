package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Blocks that cannot run inside a test, because they are Maven and would start this very build, or
 * need what only a reader has. Their words are checked here, and that each command is run by {@code
 * .ci/run} or {@code .ci/walk}, or is one of the few listed here that are not.
 */
@DisplayName("A block on a page")
class CommandsTest {
  /**
   * The languages a block may have, and why its text is or is not executed. Whatever is new must be
   * listed here or be tested.
   */
  private static final Map<String, String> LANGUAGES =
      Map.of(
          "console", "run in coral-core, PagesTest; compared with what is printed",
          "java", "compiled, JavaBlocksTest",
          "xml", "parsed here; versions compared with the pom",
          "bash", "run by .ci/run and .ci/walk, or listed here; options, modules, profiles checked",
          "kotlin",
              "a build script of Gradle: compared with Maven's here; its class path in .ci/walk",
          "properties", "options: their names are checked here",
          "", "output, or a picture of folders");

  private static final Set<String> PROGRAMS = Set.of("mvn", "java", "exec", "#", "#!/bin/sh");

  /** A block to a reader of Markdown, but not to {@link Page}. */
  private static final Pattern ESCAPES = Pattern.compile("^(?: {0,3}\t| {4}| *~~~| *```)");

  private static final Pattern PROFILES = Pattern.compile("-P([a-z0-9,]+)");
  private static final Pattern MODULES = Pattern.compile("-pl ([a-z,-]+)");
  private static final Pattern DEFINED = Pattern.compile("-D([A-Za-z.-]+)");
  private static final Pattern JAR = Pattern.compile("\\S+/target/([a-z-]+\\.jar)");

  private static final Pattern BENCH = Pattern.compile("coral-bench(?:\\.jar)? ([a-z]+)\\b");
  private static final Pattern INLINE =
      Pattern.compile("`((?:mvn\\b|java\\b|-[PD]|coral-bench )[^`]*)`");
  private static final Pattern PROFILE_OF_ONES_OWN =
      Pattern.compile(
          "coral\\.profile\\.[a-z]+\\.(extends|budget|benchmark-time|repetitions|forks|scale)");
  private static final Set<String> JARS = Set.of("coral.jar", "coral-bench.jar");
  private static final Pattern BENCH_USAGE = Pattern.compile("coral-bench ([a-z]+) [A-Z\\[]");
  private static final Path BENCH_SOURCE =
      Path.of("coral-junit-extension/src/main/java/io/coralml/junit/cli/CoralBench.java");

  /** Commands that nothing runs, and why. */
  private static final Map<String, String> NOT_RUN =
      Map.of(
          "mvn test -Dcoral.profile=standard -Dcoral.baseline=org.example:mine:1.0"
              + " -Dcoral.gate.margin=0.05",
          "needs a release of the reader's",
          "mvn verify -Pquick -Dcoral.baseline=old/coral-core.jar",
          "takes half an hour; coral-perf-tests/proof/commit-gate.sh does it with one benchmark",
          "mvn verify -Pquick -Dcoral.baseline=io.coralml:coral-core:0.1.0",
          "nothing is published yet",
          "mvn verify -Pquick -Dcoral.suites=compression",
          "a part of what .ci/run measures",
          "mvn verify -Pquick -Dgroups=compression",
          "a part of what .ci/run tests and measures");

  /** How {@code .ci/walk} takes a block out of a page of the extension. */
  private static final Pattern WALKED = Pattern.compile("block ([\\w./-]+) bash '([^']+)'");

  /** Options of Maven's own plugins, and of the JVM. */
  private static final Set<String> MAVENS =
      Set.of(
          "groups",
          "skipTests",
          "test",
          "it.test",
          "argLine",
          "artifact",
          "surefire.failIfNoSpecifiedTests",
          "java.io.tmpdir");

  private static final String PROJECT = "coral-junit-extension/samples/project/";

  @Test
  @DisplayName("is of a kind that is tested, or exempt for a reason")
  void languages() throws IOException {
    for (Page page : Page.all()) {
      assertThat(page.blocks())
          .as("%s", page)
          .allSatisfy(block -> assertThat(LANGUAGES).containsKey(block.language()));
    }
  }

  @Test
  @DisplayName("stands in a fence of backticks: what is only indented would escape these tests")
  void fenced() throws IOException {
    for (Page page : Page.all()) {
      assertThat(page.prose()).as("%s", page).noneMatch(line -> ESCAPES.matcher(line).find());
    }
  }

  @Test
  @DisplayName("of commands names only programs that a page may ask for")
  void programs() throws IOException {
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks("bash")) {
        for (String line : block.text().lines().filter(text -> !text.isBlank()).toList()) {
          assertThat(PROGRAMS).as("%s: %s", page, line).contains(firstWord(line));
        }
      }
    }
  }

  @Test
  @DisplayName("of commands is run in continuous integration, or is known not to be")
  void run() throws IOException {
    Set<String> run = walked();
    read(".ci/run")
        .lines()
        .filter(line -> line.startsWith("mvn "))
        .forEach(line -> run.add(line.replace(" -B -ntp", "")));
    Set<String> written = new TreeSet<>();
    for (Page page : Page.all()) {
      page.blocks("bash").forEach(block -> written.addAll(lines(block)));
    }
    assertThat(written).hasSizeGreaterThan(10);
    assertThat(written).filteredOn(line -> !NOT_RUN.containsKey(line)).isSubsetOf(run);
    assertThat(NOT_RUN.keySet()).isSubsetOf(written).doesNotContainAnyElementsOf(run);
  }

  /** The lines of the blocks that {@code .ci/walk} takes out of pages and runs. */
  private static Set<String> walked() throws IOException {
    Set<String> lines = new TreeSet<>();
    for (Matcher found = WALKED.matcher(read(".ci/walk")); found.find(); ) {
      Path page = Page.ROOT.resolve("coral-junit-extension/docs").resolve(found.group(1));
      String word = found.group(2);
      List<String> first =
          Page.read(page).blocks("bash").stream()
              .filter(block -> block.text().contains(word))
              .findFirst()
              .map(CommandsTest::lines)
              .orElseThrow(() -> new AssertionError(".ci/walk finds no block with " + word));
      lines.addAll(first);
    }
    return lines;
  }

  /** The commands of a block without the remarks behind them. */
  private static List<String> lines(Page.Block block) {
    return block
        .text()
        .lines()
        .map(line -> line.replaceAll("(^|\\s+)#.*", ""))
        .filter(line -> !line.isBlank())
        .toList();
  }

  @Test
  @DisplayName(
      "of commands, or a command in a line, names profiles, modules, options and jars there are")
  void commands() throws IOException {
    String pom = read("pom.xml");
    Set<String> options = Page.options();
    Set<String> verbs = words(BENCH_USAGE, read(BENCH_SOURCE.toString()));
    assertThat(verbs).contains("check", "compare");
    for (Page page : Page.all()) {
      for (String text : commands(page)) {
        assertThat(words(PROFILES, text))
            .as("%s: %s", page, text)
            .allMatch(profile -> pom.contains("<id>" + profile + "</id>"));
        assertThat(words(MODULES, text))
            .as("%s: %s", page, text)
            .allMatch(module -> pom.contains("<module>" + module + "</module>"));
        assertThat(words(DEFINED, text))
            .as("%s: %s", page, text)
            .allMatch(name -> MAVENS.contains(name) || options.contains(name));
        assertThat(words(JAR, text)).as("%s: %s", page, text).allMatch(JARS::contains);
        assertThat(words(BENCH, text)).as("%s: %s", page, text).allMatch(verbs::contains);
      }
    }
  }

  /** The blocks of commands of a page, and the commands in its lines. */
  private static List<String> commands(Page page) {
    Stream<String> inLines =
        page.prose().stream()
            .flatMap(line -> INLINE.matcher(line).results().map(found -> found.group(1)));
    Stream<String> inBlocks = page.blocks("bash").stream().map(Page.Block::text);
    return Stream.concat(inLines, inBlocks).toList();
  }

  @Test
  @DisplayName("of XML is well-formed, and names the versions of the pom")
  void xml() throws IOException, ParserConfigurationException, SAXException {
    String pom = read("pom.xml");
    Map<String, String> versions =
        Map.of(
            "coral-junit-extension", version(pom, "<artifactId>coral</artifactId>\\s*<version>"),
            "coral-core", version(pom, "<artifactId>coral</artifactId>\\s*<version>"),
            "junit-jupiter", version(pom, "<junit.version>"),
            "maven-compiler-plugin", version(pom, "<maven-compiler-plugin.version>"),
            "maven-surefire-plugin", version(pom, "<maven-surefire.version>"));
    Pattern versioned = Pattern.compile("<artifactId>([\\w-]+)</artifactId>\\s*<version>([^<]+)<");
    Set<String> own = Set.of("mine", "coral-samples");
    int seen = 0;
    for (String text : texts("xml", PROJECT + "pom.xml")) {
      parse(text);
      for (Matcher found = versioned.matcher(text); found.find(); ) {
        if (!own.contains(found.group(1))) {
          assertThat(versions.get(found.group(1))).as(text).isEqualTo(found.group(2));
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(8);
  }

  /** The blocks of a language on all pages, and a file in it. */
  private static List<String> texts(String language, String file) throws IOException {
    Stream<String> onPages =
        Page.all().stream().flatMap(page -> page.blocks(language).stream().map(Page.Block::text));
    return Stream.concat(onPages, Stream.of(read(file))).toList();
  }

  @Test
  @DisplayName("of the README about a first benchmark is one that .ci/walk follows")
  void readme() throws IOException {
    String start = read("coral-junit-extension/docs/getting-started.md");
    Page readme = Page.read(Page.ROOT.resolve("README.md"));
    assertThat(readme.blocks("xml"))
        .singleElement()
        .satisfies(block -> assertThat(start).contains(block.text().strip().indent(4)));
    assertThat(readme.blocks("java"))
        .filteredOn(block -> block.text().contains("@CoralBenchmark"))
        .singleElement()
        .satisfies(block -> assertThat(start).contains("```java\n" + block.text() + "```"));
  }

  @Test
  @DisplayName("of properties names options that exist")
  void properties() throws IOException {
    Set<String> options = Page.options();
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks("properties")) {
        Properties given = new Properties();
        given.load(new StringReader(block.text()));
        assertThat(given.stringPropertyNames())
            .as("%s", page)
            .isNotEmpty()
            .allMatch(
                name -> options.contains(name) || PROFILE_OF_ONES_OWN.matcher(name).matches());
      }
    }
  }

  @Test
  @DisplayName("of Gradle asks for what the project of Maven asks for, and the launcher")
  void gradleDependencies() throws IOException {
    Set<String> maven = new TreeSet<>();
    Pattern dependency =
        Pattern.compile(
            "<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>"
                + "\\s*<version>([^<]+)</version>\\s*<scope>test</scope>");
    for (Matcher found = dependency.matcher(read(PROJECT + "pom.xml")); found.find(); ) {
      maven.add(found.group(1) + ":" + found.group(2) + ":" + found.group(3));
    }
    assertThat(maven).hasSize(2);
    for (String text : gradleScripts()) {
      assertThat(words(Pattern.compile("testImplementation\\(\"([^\"]+)\"\\)"), text))
          .as(text)
          .isEqualTo(maven);
      assertThat(text).contains("testRuntimeOnly(\"org.junit.platform:junit-platform-launcher\")");
    }
  }

  @Test
  @DisplayName("of Gradle measures a second time, and is read by versions before 8.2")
  void gradleTasks() throws IOException {
    for (String text : gradleScripts()) {
      assertThat(text)
          .contains("useJUnitPlatform()", "outputs.upToDateWhen { false }", "\"-parameters\"")
          .doesNotContainPattern("\\w = "); // sets a property, in Kotlin, only since 8.2
    }
  }

  @Test
  @DisplayName("of Gradle gives the JVM the flags that the project of Maven gives it")
  void gradleFlags() throws IOException {
    Matcher maven =
        Pattern.compile("<argLine>([^<]+)</argLine>").matcher(read(PROJECT + "pom.xml"));
    assertThat(maven.find()).isTrue();
    Set<String> flags = Set.copyOf(List.of(maven.group(1).split(" ", -1)));
    String script = read(PROJECT + "build.gradle.kts");
    assertThat(Pattern.compile("\"(-X[^\"]+)\"").matcher(script).results())
        .map(found -> found.group(1))
        .containsExactlyInAnyOrderElementsOf(flags);
  }

  private static List<String> gradleScripts() throws IOException {
    List<String> scripts = texts("kotlin", PROJECT + "build.gradle.kts");
    assertThat(scripts).hasSizeGreaterThan(1);
    return scripts;
  }

  private static String read(String file) throws IOException {
    return Files.readString(Page.ROOT.resolve(file));
  }

  private static String firstWord(String line) {
    List<String> words = List.of(line.strip().split("\\s+", -1));
    return words.get(0);
  }

  private static Set<String> words(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .flatMap(found -> Pattern.compile(",").splitAsStream(found.group(1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String version(String pom, String before) {
    Matcher found = Pattern.compile(before + "([^<]+)<").matcher(pom);
    if (!found.find()) {
      throw new IllegalStateException("The pom has no " + before + ".");
    }
    return found.group(1);
  }

  private static void parse(String xml)
      throws ParserConfigurationException, SAXException, IOException {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
  }
}
