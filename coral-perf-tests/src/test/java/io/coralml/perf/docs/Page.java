package io.coralml.perf.docs;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of Markdown of this project.
 *
 * @param path where it is, from the root of the project
 * @param prose its lines outside code blocks, code blocks replaced by nothing
 * @param blocks its fenced code blocks
 */
record Page(Path path, List<String> prose, List<Block> blocks) {
  /** The root of the project, from the folder of this module. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Set<String> MADE =
      Set.of("target", ".git", ".coral-history", "node_modules");
  private static final Pattern FENCE = Pattern.compile("^ *```(\\w*)$");
  private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?) *$");
  private static final Pattern LINK = Pattern.compile("!?\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern OPTION = Pattern.compile("\\bcoral\\.[a-z][a-z.-]*[a-z]\\b");
  private static final Pattern CODE = Pattern.compile("`[^`]*`");

  /**
   * A fenced block.
   *
   * @param language what stands behind the fence; may be empty
   * @param line where it begins, counted from 1
   * @param text what is in it
   */
  record Block(String language, int line, String text) {}

  /** Reads every page of the project. */
  static List<Page> all() throws IOException {
    List<Page> pages = new ArrayList<>();
    for (Path file : sources("md")) {
      pages.add(read(file));
    }
    return pages;
  }

  /** Returns the files of the project with an ending, without those that a build makes. */
  static List<Path> sources(String suffix) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean made = MADE.contains(String.valueOf(folder.getFileName()));
            return made ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith("." + suffix)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Collections.sort(found);
    return found;
  }

  /** Returns the options and properties that the page of options and the poms know. */
  static Set<String> options() throws IOException {
    Set<String> known = new TreeSet<>();
    for (String file :
        List.of(
            "coral-junit-extension/docs/options.md",
            "pom.xml",
            "coral-core/pom.xml",
            "coral-junit-extension/proof/pom.xml")) {
      Matcher option = OPTION.matcher(Files.readString(ROOT.resolve(file)));
      while (option.find()) {
        known.add(option.group());
      }
    }
    return known;
  }

  /** Reads one page. */
  static Page read(Path file) throws IOException {
    List<String> prose = new ArrayList<>();
    List<Block> blocks = new ArrayList<>();
    String language = null;
    StringBuilder text = new StringBuilder();
    int start = 0;
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      Matcher fence = FENCE.matcher(line);
      if (language == null && fence.matches()) {
        language = fence.group(1);
        start = number;
        text.setLength(0);
      } else if (language != null && line.strip().equals("```")) {
        blocks.add(new Block(language, start, text.toString()));
        language = null;
      } else if (language != null) {
        text.append(line).append('\n');
      } else {
        prose.add(line);
      }
    }
    if (language != null) {
      throw new IllegalStateException(file + ": the block of line " + start + " never ends.");
    }
    return new Page(ROOT.relativize(file), prose, blocks);
  }

  /** Returns the blocks of a language. */
  List<Block> blocks(String language) {
    return blocks.stream().filter(block -> block.language.equals(language)).toList();
  }

  /** Returns what the links of the page lead to, as written. */
  List<String> links() {
    return prose.stream()
        .map(line -> CODE.matcher(line).replaceAll("code"))
        .flatMap(line -> LINK.matcher(line).results().map(found -> found.group(1)))
        .toList();
  }

  /** Returns the anchors of the headings, as forges make them. */
  List<String> anchors() {
    Map<String, Integer> seen = new HashMap<>();
    List<String> anchors = new ArrayList<>();
    for (String line : prose) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String slug =
            heading
                .group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int before = seen.merge(slug, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? slug : slug + "-" + before);
      }
    }
    return anchors;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
