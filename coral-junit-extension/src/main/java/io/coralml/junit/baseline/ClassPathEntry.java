package io.coralml.junit.baseline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * One jar or class folder.
 *
 * @param path where it is
 * @param classes the names of the classes in it, with dots
 * @param references the names of the classes that these refer to
 */
record ClassPathEntry(Path path, Set<String> classes, Set<String> references) {
  private static final String SUFFIX = ".class";

  /**
   * Reads a jar or folder.
   *
   * @throws IOException if it is neither, or cannot be read
   */
  static ClassPathEntry read(Path path) throws IOException {
    Set<String> classes = new HashSet<>();
    Set<String> references = new HashSet<>();
    if (Files.isDirectory(path)) {
      List<Path> files;
      try (Stream<Path> walk = Files.walk(path)) {
        files = walk.filter(file -> isClass(path.relativize(file).toString())).toList();
      }
      for (Path file : files) {
        String name =
            path.relativize(file).toString().replace(path.getFileSystem().getSeparator(), "/");
        add(name, Files.readAllBytes(file), classes, references);
      }
    } else {
      try (ZipFile jar = new ZipFile(path.toFile())) {
        for (ZipEntry file : jar.stream().filter(entry -> isClass(entry.getName())).toList()) {
          try (InputStream in = jar.getInputStream(file)) {
            add(file.getName(), in.readAllBytes(), classes, references);
          }
        }
      }
    }
    return new ClassPathEntry(path, Set.copyOf(classes), Set.copyOf(references));
  }

  /** Versions of a class for later JDKs say nothing new, and descriptors are no classes. */
  private static boolean isClass(String name) {
    return name.endsWith(SUFFIX)
        && !name.startsWith("META-INF")
        && !name.endsWith("module-info.class")
        && !name.endsWith("package-info.class");
  }

  private static void add(
      String name, byte[] content, Set<String> classes, Set<String> references) {
    classes.add(name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'));
    try {
      references.addAll(ClassFile.references(content));
    } catch (IOException e) {
      // A class that no JVM could load refers to nothing; whoever loads it will be told.
      references.removeIf(String::isEmpty);
    }
  }

  /** Tells whether a class of this entry refers to one of the other, or is one of it. */
  boolean refersTo(ClassPathEntry other) {
    return other.classes.stream().anyMatch(references::contains);
  }

  /** Tells whether both hold a class of the same name. */
  boolean shares(ClassPathEntry other) {
    return other.classes.stream().anyMatch(classes::contains);
  }
}
