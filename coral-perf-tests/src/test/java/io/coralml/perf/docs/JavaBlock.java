package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A block of Java on a page as a unit that compiles: one that is no class is put into a class
 * {@code Fragment}, beside the names that {@link Surroundings} lets it use.
 */
final class JavaBlock extends SimpleJavaFileObject {
  private static final Pattern TYPE =
      Pattern.compile("(?m)^(?:public |final |abstract )*(?:class|record|interface) ");

  private final String text;

  private JavaBlock(String name, String text) {
    super(URI.create("string:///" + name + "/" + fileName(text)), Kind.SOURCE);
    this.text = text;
  }

  /** Takes a block as the page has it. */
  static JavaBlock of(Page page, Page.Block block) {
    return of(page, block, "");
  }

  /**
   * Takes a block, with one member more beside it if it is a fragment.
   *
   * @param member such as a class that hides one of the JDK from the fragment
   */
  static JavaBlock of(Page page, Page.Block block, String member) {
    String name = packageOf(page, block);
    String text = block.text();
    return new JavaBlock(
        name,
        TYPE.matcher(text).find()
            ? "package " + name + ";\n" + text
            : Surroundings.of(page.path(), text).with(member).wrap(name, text));
  }

  /** Returns the package that a block is compiled in. */
  static String packageOf(Page page, Page.Block block) {
    return page.path().toString().replaceAll("[^A-Za-z]", "_").toLowerCase(Locale.ROOT)
        + block.line();
  }

  /** Compiles blocks on this class path; fails with what the compiler says. */
  static void compile(List<JavaBlock> blocks, Path classes) throws IOException {
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
      boolean compiled = compiler.getTask(null, files, problems, options, null, blocks).call();
      assertThat(compiled).as("%s", problems.getDiagnostics()).isTrue();
    }
  }

  private static String fileName(String text) {
    return text.replaceAll("(?s).*?\\b(?:class|record|interface) (\\w+).*", "$1") + ".java";
  }

  @Override
  public CharSequence getCharContent(boolean ignoreEncodingErrors) {
    return text;
  }
}
