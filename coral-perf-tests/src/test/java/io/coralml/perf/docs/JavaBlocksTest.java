package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compiles every block of Java on the pages. A block that is no class is put into one, beside the
 * names that {@link Surroundings} lets it use.
 */
@DisplayName("A block of Java on a page")
class JavaBlocksTest {
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:public |final |abstract )*(?:class|record|interface) ");

  @TempDir Path classes;

  @Test
  @DisplayName("compiles")
  void compiles() throws IOException {
    List<JavaFileObject> units = new ArrayList<>();
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks("java")) {
        units.add(unit(page, block));
      }
    }
    assertThat(units).hasSizeGreaterThan(8);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
      boolean compiled = compiler.getTask(null, files, problems, options, null, units).call();
      assertThat(compiled).as("%s", problems.getDiagnostics()).isTrue();
    }
  }

  private static JavaFileObject unit(Page page, Page.Block block) {
    String name =
        page.path().toString().replaceAll("[^A-Za-z]", "_").toLowerCase(Locale.ROOT) + block.line();
    String text = block.text();
    return new Source(
        name,
        TYPE.matcher(text).find()
            ? "package " + name + ";\n" + text
            : Surroundings.of(page.path(), text).wrap(name, text));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("string:///" + name + "/" + fileName(text)), Kind.SOURCE);
      this.text = text;
    }

    private static String fileName(String text) {
      return text.replaceAll("(?s).*?\\b(?:class|record|interface) (\\w+).*", "$1") + ".java";
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
