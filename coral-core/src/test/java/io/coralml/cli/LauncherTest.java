package io.coralml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("security")
@DisabledOnOs(OS.WINDOWS)
@DisplayName("The launcher script")
class LauncherTest {
  private static final String JAVA_HOME = System.getProperty("java.home");

  @TempDir Path folder;
  private Path script;

  /** Puts the script beside a jar that stands for the real one: it names the classes under test. */
  @BeforeEach
  void install() throws IOException {
    Path tools = Files.createDirectory(folder.resolve("my tools"));
    script = Files.copy(Path.of("bin/coral").toAbsolutePath(), tools.resolve("coral"));
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(Attributes.Name.MAIN_CLASS, Coral.class.getName());
    main.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(tools.resolve("coral.jar"))) {
      new JarOutputStream(out, manifest).close();
    }
    // No time is spent on an archive; that an empty one is not used is held, too.
    Files.createFile(tools.resolve("coral-" + System.getProperty("java.version") + ".jsa"));
  }

  private record Ended(int code, String output) {}

  private Ended run(Path where, String javaHome, Path command, String... arguments)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command.toString()));
    words.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(words).directory(where.toFile());
    builder.environment().put("JAVA_HOME", javaHome);
    builder.environment().put("CORAL_AUTHOR", "Ada <ada@example.org>");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  @Test
  @DisplayName(
      "runs through links, from anywhere, in paths with spaces, and hands on what it is given")
  void anywhere() throws Exception {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Path second = Files.createSymbolicLink(bin.resolve("second"), Path.of("../my tools/coral"));
    Path first = Files.createSymbolicLink(folder.resolve("first link"), second);
    Path model = Files.createDirectory(folder.resolve("a model"));
    Ended init = run(model, JAVA_HOME, first, "init", "new folder");
    assertThat(init.code()).as(init.output()).isZero();
    assertThat(model.resolve("new folder/.coral/HEAD")).exists();
    Ended log = run(folder, JAVA_HOME, first, "log", "-C", "a model/new folder", "*");
    assertThat(log.code()).isEqualTo(2);
    assertThat(log.output()).hasLineCount(1).contains("\"*\"");
  }

  @Test
  @DisplayName("says in a sentence when Java or the jar is missing")
  void missing() throws Exception {
    Ended noJava = run(folder, folder + "/nowhere", script, "log");
    assertThat(noJava.code()).isEqualTo(3);
    assertThat(noJava.output()).hasLineCount(1).contains("nowhere/bin/java", "JAVA_HOME");
    Files.delete(script.resolveSibling("coral.jar"));
    Ended noJar = run(folder, JAVA_HOME, script, "log");
    assertThat(noJar.code()).isEqualTo(3);
    assertThat(noJar.output()).hasLineCount(1).contains("no coral.jar");
  }
}
