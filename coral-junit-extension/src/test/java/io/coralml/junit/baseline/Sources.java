package io.coralml.junit.baseline;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles versions of a class while a test runs. */
public final class Sources {
  private Sources() {}

  /**
   * Compiles sources into a folder.
   *
   * @param classPath what they are compiled against
   * @param sources each a whole file with one public type
   */
  public static Path compile(Path folder, List<Path> classPath, String... sources)
      throws IOException {
    Files.createDirectories(folder);
    List<JavaFileObject> files = new ArrayList<>();
    for (String source : sources) {
      String name = source.replaceFirst("(?s).*public (final )?(class|interface) (\\w+).*", "$3");
      files.add(
          new SimpleJavaFileObject(
              URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return source;
            }
          });
    }
    String path = System.getProperty("java.class.path");
    for (Path entry : classPath) {
      path = entry + System.getProperty("path.separator") + path;
    }
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of("-d", folder.toString(), "-cp", path, "-parameters", "-proc:none");
    if (!compiler.getTask(messages, null, null, options, null, files).call()) {
      throw new IOException(messages.toString());
    }
    return folder;
  }

  /** Packs a folder into a jar beside it. */
  public static Path jar(Path folder) throws IOException {
    Path jar = folder.resolveSibling(folder.getFileName() + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(file).toString().replace('\\', '/')));
        zip.write(Files.readAllBytes(file));
        zip.closeEntry();
      }
    }
    return jar;
  }
}
