package io.coralml.junit.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Blackhole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Old and new code in one JVM")
class BaselineCodeTest {
  private static final String NEW_CODE =
      "package lib; public class Answer { public static int get() { return 2; } }";
  private static final String OLD_CODE =
      "package lib; public class Answer { public static int get() { return 1; } }";
  private static final String ONLY_NEW = "package lib; public class Added { }";
  private static final String MIDDLE =
      "package mid; public class Middle { public static int get() { return lib.Answer.get(); } }";
  private static final String BENCHMARK =
      """
      package bench;
      public class Bench implements java.util.function.IntSupplier {
        public int getAsInt() { return 10 * lib.Answer.get() + mid.Middle.get(); }
      }
      """;

  @TempDir Path folder;
  private Path old;
  private Path fresh;
  private List<Path> classPath;

  @BeforeEach
  void compile() throws IOException {
    fresh = Sources.compile(folder.resolve("new"), List.of(), NEW_CODE, ONLY_NEW);
    Files.createDirectories(fresh.resolve("META-INF/services"));
    Files.writeString(fresh.resolve("META-INF/services/a.Service"), "lib.Added");
    old = Sources.jar(Sources.compile(folder.resolve("old"), List.of(), OLD_CODE));
    Path middle = Sources.jar(Sources.compile(folder.resolve("mid"), List.of(fresh), MIDDLE));
    Path bench = Sources.compile(folder.resolve("bench"), List.of(fresh, middle), BENCHMARK);
    classPath = List.of(bench, fresh, middle, folder.resolve("absent.jar"));
  }

  private BaselineCode baseline(Object text) {
    return BaselineCode.of(text.toString(), classPath, folder.resolve("repository"));
  }

  private static int answer(ClassLoader loader) throws ReflectiveOperationException {
    Object benchmark = loader.loadClass("bench.Bench").getDeclaredConstructor().newInstance();
    return ((IntSupplier) benchmark).getAsInt();
  }

  @Test
  @DisplayName(
      "each runs the benchmark's byte code on its own version, also through a library between")
  void apart() throws Exception {
    try (CodeLoader before = baseline(old).old("bench.Bench");
        CodeLoader now = baseline(old).current("bench.Bench")) {
      assertThat(answer(before)).isEqualTo(11);
      assertThat(answer(now)).isEqualTo(22);
    }
  }

  @Test
  @DisplayName("every loader has code of its own, so that two loadings share nothing compiled")
  void fresh() throws Exception {
    BaselineCode code = baseline(old);
    try (CodeLoader one = code.old("bench.Bench");
        CodeLoader two = code.old("bench.Bench")) {
      assertThat(one.loadClass("lib.Answer")).isNotSameAs(two.loadClass("lib.Answer"));
    }
  }

  @Test
  @DisplayName("what is neither old nor new is shared")
  void shared() throws Exception {
    try (CodeLoader loader = baseline(old).old("bench.Bench")) {
      assertThat(loader.loadClass(Blackhole.class.getName())).isSameAs(Blackhole.class);
      assertThat(loader.loadClass(Test.class.getName())).isSameAs(Test.class);
      assertThat(loader.loadClass("org.assertj.core.api.Assertions"))
          .isSameAs(org.assertj.core.api.Assertions.class);
    }
  }

  @Test
  @DisplayName("a class or resource that only the new code has is missing on the old side")
  void added() throws Exception {
    try (CodeLoader before = baseline(old).old("bench.Bench");
        CodeLoader now = baseline(old).current("bench.Bench")) {
      assertThat(now.loadClass("lib.Added").getName()).isEqualTo("lib.Added");
      assertThat(now.getResource("META-INF/services/a.Service")).isNotNull();
      assertThatThrownBy(() -> before.loadClass("lib.Added"))
          .isInstanceOf(ClassNotFoundException.class);
      assertThat(Collections.list(before.getResources("META-INF/services/a.Service"))).isEmpty();
      assertThat(before.getResource("META-INF/services/a.Service")).isNull();
    }
  }

  @Test
  @DisplayName("where benchmark and code are in one folder, the benchmark is taken from there")
  void oneFolder() throws Exception {
    Path all = Sources.compile(folder.resolve("all"), List.of(), NEW_CODE, MIDDLE, BENCHMARK);
    classPath = List.of(all);
    try (CodeLoader before = baseline(old).old("bench.Bench")) {
      assertThat(answer(before)).isEqualTo(11);
    }
  }

  @Test
  @DisplayName("the old code may be a folder")
  void classFolder() throws Exception {
    try (CodeLoader before = baseline(folder.resolve("old")).old("bench.Bench")) {
      assertThat(answer(before)).isEqualTo(11);
    }
  }

  @Test
  @DisplayName("the old code may be named by Maven coordinates")
  void coordinates() throws Exception {
    Path home = folder.resolve("repository/org/example/lib/1.0");
    Files.createDirectories(home);
    Files.copy(old, home.resolve("lib-1.0.jar"));
    BaselineCode code = baseline("org.example:lib:1.0");
    assertThat(code.name()).isEqualTo("lib-1.0.jar");
    try (CodeLoader before = code.old("bench.Bench")) {
      assertThat(answer(before)).isEqualTo(11);
    }
  }

  @Nested
  @DisplayName("are refused in one sentence")
  class Refused {
    private void refuses(Object text, String... words) {
      assertThatThrownBy(() -> baseline(text))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContainingAll(words);
    }

    @Test
    @DisplayName("when there is no such file")
    void missing() {
      refuses(folder.resolve("nowhere.jar"), "nowhere.jar", "there is no such file or folder");
    }

    @Test
    @DisplayName("when the repository has no such artifact, with the command that fetches it")
    void unknownCoordinates() {
      refuses("org.example:lib:9", "lib-9.jar", "mvn dependency:get -Dartifact=org.example:lib:9");
    }

    @Test
    @DisplayName("when the file is no jar, or is cut short")
    void noJar() throws IOException {
      Path text = Files.writeString(folder.resolve("notes.txt"), "not a jar");
      refuses(text, "notes.txt", "cannot be read as a jar");
      byte[] whole = Files.readAllBytes(old);
      Path torn = folder.resolve("torn.jar");
      Files.write(torn, java.util.Arrays.copyOf(whole, whole.length / 2));
      refuses(torn, "torn.jar", "cannot be read as a jar");
    }

    @Test
    @DisplayName("when it holds no class")
    void empty() throws IOException {
      refuses(Files.createDirectories(folder.resolve("empty")), "holds no class");
    }

    @Test
    @DisplayName("when it is other code altogether")
    void foreign() throws IOException {
      Path other =
          Sources.compile(
              folder.resolve("other"), List.of(), "package other; public class Other { }");
      refuses(other, "has no class in common with the class path");
    }

    @Test
    @DisplayName("when the benchmark itself is shared")
    void sharedBenchmark() {
      assertThatThrownBy(() -> baseline(old).old("io.coralml.junit.SomeBenchmark"))
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining("move it to another package");
    }
  }
}
