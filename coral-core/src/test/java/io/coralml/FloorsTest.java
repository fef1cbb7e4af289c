package io.coralml;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The floors of the house")
class FloorsTest {
  private static final String ROOT = "io.coralml";

  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("tensor", 0),
          Map.entry("io", 1),
          Map.entry("codec", 2),
          Map.entry("pack", 3),
          Map.entry("format", 3),
          Map.entry("store", 4),
          Map.entry("similarity", 5),
          Map.entry("merge", 6),
          Map.entry("cluster", 6),
          Map.entry("history", 6),
          Map.entry("repository", 7),
          Map.entry("remote", 8),
          Map.entry("training", 8),
          Map.entry("cli", 9));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** Returns the room a class lives in, the empty text for the exceptions everybody shares. */
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).replaceFirst("[.].*", "");
  }

  @Test
  @DisplayName("are all known")
  void known() {
    Set<String> rooms = new TreeSet<>();
    CLASSES.forEach(type -> rooms.add(room(type)));
    rooms.remove("");
    assertThat(rooms).contains("tensor", "io", "repository", "cli");
    assertThat(FLOORS.keySet()).containsAll(rooms);
  }

  @Test
  @DisplayName("a package uses only the floors below it")
  void downwards() {
    List<String> upwards =
        CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(FloorsTest::isUpwards)
            .map(Dependency::getDescription)
            .distinct()
            .toList();
    assertThat(upwards).isEmpty();
  }

  private static boolean isUpwards(Dependency dependency) {
    JavaClass target = dependency.getTargetClass().getBaseComponentType();
    if (!target.getPackageName().startsWith(ROOT) || room(target).isEmpty()) {
      return false;
    }
    String from = room(dependency.getOriginClass());
    String to = room(target);
    return !from.equals(to) && (from.isEmpty() || FLOORS.get(to) >= FLOORS.get(from));
  }

  @Test
  @DisplayName("every package says what may be null")
  void nullMarked() {
    Map<String, Boolean> marked = new TreeMap<>();
    CLASSES.forEach(
        type ->
            marked.merge(
                type.getPackageName(),
                type.getSimpleName().equals("package-info")
                    && type.isAnnotatedWith(NullMarked.class),
                Boolean::logicalOr));
    assertThat(marked).isNotEmpty().doesNotContainValue(false);
  }

  @Test
  @DisplayName("JGit is given no file and no configuration: only formats and walks are used")
  void jgitNeverWrites() {
    List<String> forbidden =
        CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(
                each ->
                    each.getTargetClass()
                        .getName()
                        .matches(
                            "org[.]eclipse[.]jgit[.]"
                                + "(internal[.]storage[.]file|storage[.]file|util[.](FS|SystemReader)"
                                + "|lib[.](Repository|ObjectInserter|RefUpdate)|api).*"))
            .map(Dependency::getDescription)
            .toList();
    assertThat(forbidden).isEmpty();
  }

  /** What may be asked of the JVM: how many processors and how much memory it has. */
  private static final String ASKS_THE_JVM =
      ".*Runtime[.](getRuntime|availableProcessors|maxMemory)[(][)].*";

  @Test
  @Tag("security")
  @DisplayName("nothing deserialises objects, runs programs, or loads what a file names")
  void nothingExecutes() {
    List<String> forbidden =
        CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(
                each ->
                    each.getTargetClass()
                        .getName()
                        .matches(
                            "java[.]io[.](ObjectInputStream|ObjectInput|Externalizable).*"
                                + "|java[.]beans[.]XMLDecoder|javax?[.]script[.].*"
                                + "|java[.]lang[.](ProcessBuilder|Runtime$|ClassLoader)"
                                + "|java[.]net[.]URLClassLoader"))
            .map(Dependency::getDescription)
            .filter(description -> !description.matches(ASKS_THE_JVM))
            .toList();
    assertThat(forbidden).isEmpty();
  }
}
