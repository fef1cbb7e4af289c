package io.coralml.perf.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Calls every benchmark that stands on a page, as a build without a profile does. */
@DisplayName("A benchmark on a page")
class BenchmarkBlocksTest {
  @TempDir Path work;

  /**
   * A block that holds a benchmark.
   *
   * @param page where it stands
   * @param block its text and place
   */
  record Shown(Page page, Page.Block block) {
    @Override
    public String toString() {
      return page.path() + ":" + block.line();
    }
  }

  static Stream<Shown> shown() throws IOException {
    List<Shown> blocks =
        Page.all().stream()
            .flatMap(page -> page.blocks("java").stream().map(block -> new Shown(page, block)))
            .filter(shown -> shown.block().text().contains("@CoralBenchmark"))
            .toList();
    assertThat(blocks).hasSizeGreaterThan(4);
    return blocks.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shown")
  @DisplayName("runs")
  void runs(Shown shown) throws Exception {
    JavaBlock.compile(List.of(JavaBlock.of(shown.page(), shown.block())), work);
    URL[] path = {work.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
      TestExecutionSummary summary = run(loader.loadClass(className(work)));
      assertThat(summary.getFailures())
          .as("%s", summary.getFailures().stream().map(each -> each.getException()).toList())
          .isEmpty();
      assertThat(summary.getTestsSucceededCount()).isPositive();
    }
  }

  /** Returns the name of the only class that was compiled. */
  private static String className(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      Path only =
          files.filter(file -> file.toString().endsWith(".class")).findFirst().orElseThrow();
      String name = classes.relativize(only).toString().replace(".class", "");
      return name.replace(classes.getFileSystem().getSeparator(), ".");
    }
  }

  private TestExecutionSummary run(Class<?> type) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(type))
            .configurationParameter("coral.profile", "functional")
            .configurationParameter("coral.output", work.toString())
            .configurationParameter("coral.console", "false")
            .build();
    LauncherConfig config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    try (LauncherSession session = LauncherFactory.openSession(config)) {
      session.getLauncher().execute(request, listener);
    }
    return listener.getSummary();
  }
}
