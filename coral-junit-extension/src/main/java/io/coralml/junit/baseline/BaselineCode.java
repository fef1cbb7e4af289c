package io.coralml.junit.baseline;

import io.coralml.junit.BenchmarkException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code that the code under test is compared with: jars or class folders, as {@code
 * coral.baseline} names them, separated by commas. Each is a path or the coordinates {@code
 * group:artifact:version} of a jar in the local Maven repository.
 *
 * <h2>What is loaded anew, and what is shared</h2>
 *
 * <p>An entry of the class path (a jar or a class folder) is <em>replaced</em> when it holds a
 * class that the baseline holds too. It is <em>reloaded</em> when it holds the benchmark, or refers
 * to an entry that is replaced or reloaded: so the byte code of the benchmark and of its helpers is
 * linked against the old code, and nothing in between reaches the new code unseen. For the new code
 * the replaced and the reloaded entries are loaded child first from the class path; for the old
 * code the baseline stands in the place of the replaced ones. Both sides are loaded in the same
 * way, so neither profits from code that was compiled before.
 *
 * <p>Everything else is shared: the JDK, JUnit, the extension and what its interfaces show (classes
 * whose names begin with {@code java. javax. jdk. sun. com.sun. org.junit. org.opentest4j.
 * org.apiguardian. org.jspecify. org.slf4j. io.qameta.allure. io.coralml.junit.}), and libraries
 * that know nothing of the code under test. The old code therefore runs with the libraries of the
 * new.
 *
 * <p>Immutable and thread-safe.
 */
public final class BaselineCode {
  private static final List<String> SHARED =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "sun.",
          "com.sun.",
          "org.junit.",
          "org.opentest4j.",
          "org.apiguardian.",
          "org.jspecify.",
          "org.slf4j.",
          "io.qameta.allure.",
          "io.coralml.junit.");

  private static final Pattern COORDINATES = Pattern.compile("([\\w.-]+):([\\w.-]+):([\\w.-]+)");

  private final String name;
  private final List<ClassPathEntry> baseline;
  private final List<ClassPathEntry> classPath;
  private final Set<ClassPathEntry> replaced;

  private BaselineCode(
      String name,
      List<ClassPathEntry> baseline,
      List<ClassPathEntry> classPath,
      Set<ClassPathEntry> replaced) {
    this.name = name;
    this.baseline = List.copyOf(baseline);
    this.classPath = List.copyOf(classPath);
    this.replaced = replaced;
  }

  /**
   * Finds the code and what it replaces.
   *
   * @param text the value of {@code coral.baseline}
   * @param classPath the entries of the class path, in its order
   * @param repository the local Maven repository
   * @throws BenchmarkException if it is not there, holds no classes, or replaces nothing
   */
  public static BaselineCode of(String text, List<Path> classPath, Path repository) {
    List<ClassPathEntry> baseline = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Path path = locate(part.strip(), repository);
      baseline.add(read(path));
      names.add(String.valueOf(path.getFileName()));
    }
    List<ClassPathEntry> entries = new ArrayList<>();
    for (Path path : classPath) {
      if (Files.exists(path)) {
        entries.add(readOfClassPath(path));
      }
    }
    Set<ClassPathEntry> replaced = new LinkedHashSet<>();
    for (ClassPathEntry entry : entries) {
      if (baseline.stream().anyMatch(entry::shares)) {
        replaced.add(entry);
      }
    }
    if (replaced.isEmpty()) {
      throw new BenchmarkException(
          "The baseline "
              + text
              + " has no class in common with the class path, so nothing can be compared; name the"
              + " jar or class folder of an older version of the code under test.");
    }
    return new BaselineCode(String.join(", ", names), baseline, entries, replaced);
  }

  private static Path locate(String text, Path repository) {
    try {
      Path path = Path.of(text);
      if (!text.isEmpty() && Files.exists(path)) {
        return path.toAbsolutePath().normalize();
      }
    } catch (InvalidPathException e) {
      // Where a colon may not stand in a path it can still be that of coordinates.
      if (text.indexOf(':') < 0) {
        throw absent(text, "it is no path", e);
      }
    }
    Matcher matcher = COORDINATES.matcher(text);
    if (!matcher.matches()) {
      throw absent(text, "there is no such file or folder", null);
    }
    Path jar =
        repository
            .resolve(matcher.group(1).replace('.', '/'))
            .resolve(matcher.group(2))
            .resolve(matcher.group(3))
            .resolve(matcher.group(2) + "-" + matcher.group(3) + ".jar");
    if (!Files.exists(jar)) {
      throw absent(
          text,
          "the local repository has no "
              + jar
              + " (mvn dependency:get -Dartifact="
              + text
              + " fetches it)",
          null);
    }
    return jar;
  }

  private static BenchmarkException absent(
      String text, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new BenchmarkException(
        "The baseline \""
            + text
            + "\" (coral.baseline) cannot be used: "
            + why
            + "; give a jar, a class folder, or group:artifact:version.",
        cause);
  }

  private static ClassPathEntry read(Path path) {
    ClassPathEntry entry;
    try {
      entry = ClassPathEntry.read(path);
    } catch (IOException e) {
      throw absent(path.toString(), "it cannot be read as a jar (" + e.getMessage() + ")", e);
    }
    if (entry.classes().isEmpty()) {
      throw absent(path.toString(), "it holds no class", null);
    }
    return entry;
  }

  /** What a JVM passes over on its class path, this passes over too. */
  private static ClassPathEntry readOfClassPath(Path path) {
    try {
      return ClassPathEntry.read(path);
    } catch (IOException e) {
      return new ClassPathEntry(path, Set.of(), Set.of());
    }
  }

  static boolean isShared(String className) {
    return SHARED.stream().anyMatch(className::startsWith);
  }

  /** Returns the names of its files, for messages. */
  public String name() {
    return name;
  }

  /**
   * Returns a loader of its own for the old code.
   *
   * @param benchmark the name of the class of the benchmark
   * @throws BenchmarkException if the benchmark belongs to what is shared
   */
  public CodeLoader old(String benchmark) {
    Set<ClassPathEntry> reloaded = reloaded(benchmark);
    List<ClassPathEntry> places = new ArrayList<>(baseline);
    for (ClassPathEntry entry : classPath) {
      boolean own = entry.classes().contains(benchmark);
      if (reloaded.contains(entry) && (own || !replaced.contains(entry))) {
        places.add(entry);
      }
    }
    return loader(places, reloaded, benchmark);
  }

  /**
   * Returns a loader of its own for the new code.
   *
   * @param benchmark the name of the class of the benchmark
   * @throws BenchmarkException if the benchmark belongs to what is shared
   */
  public CodeLoader current(String benchmark) {
    Set<ClassPathEntry> reloaded = reloaded(benchmark);
    return loader(classPath.stream().filter(reloaded::contains).toList(), reloaded, benchmark);
  }

  private CodeLoader loader(
      List<ClassPathEntry> places, Set<ClassPathEntry> reloaded, String benchmark) {
    Set<String> here = new HashSet<>();
    replaced.stream()
        .filter(entry -> !entry.classes().contains(benchmark))
        .forEach(entry -> here.addAll(entry.classes()));
    List<String> hidden = new ArrayList<>();
    for (ClassPathEntry entry : reloaded) {
      String url = url(entry).toString();
      hidden.add(Files.isDirectory(entry.path()) ? url : "jar:" + url + "!/");
    }
    return new CodeLoader(
        places.stream().map(BaselineCode::url).toArray(URL[]::new),
        BaselineCode.class.getClassLoader(),
        here,
        hidden);
  }

  /** Everything that reaches the replaced code, the replaced code included. */
  private Set<ClassPathEntry> reloaded(String benchmark) {
    if (isShared(benchmark)) {
      throw new BenchmarkException(
          "The benchmark "
              + benchmark
              + " is in a package that old and new code share, so it cannot be compared with a"
              + " baseline; move it to another package.");
    }
    Set<ClassPathEntry> reached = new LinkedHashSet<>(replaced);
    classPath.stream().filter(entry -> entry.classes().contains(benchmark)).forEach(reached::add);
    boolean more = true;
    while (more) {
      more = false;
      for (ClassPathEntry entry : classPath) {
        if (!reached.contains(entry) && reached.stream().anyMatch(entry::refersTo)) {
          more |= reached.add(entry);
        }
      }
    }
    return reached;
  }

  private static URL url(ClassPathEntry entry) {
    try {
      return entry.path().toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException("Every path has a URL: " + entry.path(), e);
    }
  }
}
