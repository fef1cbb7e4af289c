package io.coralml.junit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.RunReport;
import io.coralml.junit.Status;
import io.coralml.junit.report.ResultReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs a benchmark through the runner of Eclipse's Java tools, which Visual Studio Code's test
 * extension starts too. The runner reports to the IDE over a socket, in lines such as {@code
 * %TESTS} when a test starts and {@code %FAILED} when it fails; here the test is the IDE.
 */
@DisplayName("From the gutter of an IDE, a benchmark")
class EclipseRunTest {
  private static final int WAIT_MILLISECONDS = 120_000;

  @TempDir Path folder;

  @Test
  @DisplayName("is measured without any option, prints its table and is shown as passed")
  void measured() throws Exception {
    List<String> events = start("samples.S01FirstBenchmark:logarithm(io.coralml.junit.Blackhole)");

    assertThat(events)
        .as(() -> console())
        .anyMatch(line -> line.startsWith("%TESTS") && line.contains("logarithm"))
        .anyMatch(line -> line.startsWith("%TESTE") && line.contains("logarithm"))
        .noneMatch(line -> line.startsWith("%FAILED") || line.startsWith("%ERROR"))
        .anyMatch(line -> line.startsWith("%RUNTIME"));
    RunReport report = ResultReader.read(folder.resolve("results.json"));
    assertThat(report.environment()).containsEntry("profile", "quick");
    BenchmarkResult result = report.results().get(0);
    assertThat(result.status()).isEqualTo(Status.PASSED);
    assertThat(result.metrics()).containsKey("ns_per_op");
    assertThat(console()).contains("logarithm", "ns/op");
  }

  private String console() {
    return contentOf(folder.resolve("console").toFile());
  }

  /** Runs one method as the IDE would and returns the lines it was told. */
  private List<String> start(String method) throws IOException, InterruptedException {
    try (ServerSocket ide = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ide.setSoTimeout(WAIT_MILLISECONDS);
      Process runner = runner(ide.getLocalPort(), method);
      try {
        List<String> events = listen(ide);
        assertThat(runner.waitFor(WAIT_MILLISECONDS, TimeUnit.MILLISECONDS)).isTrue();
        return events;
      } finally {
        runner.destroyForcibly();
      }
    }
  }

  private Process runner(int port, String method) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            "-Dcoral.output=" + folder,
            "-Dcoral.history.dir=" + folder.resolve("history"),
            "-Dallure.results.directory=" + folder.resolve("allure-results"),
            "-Dcoral.benchmark-time=150ms",
            "org.eclipse.jdt.internal.junit.runner.RemoteTestRunner",
            "-version",
            "3",
            "-port",
            Integer.toString(port),
            "-testLoaderClass",
            "org.eclipse.jdt.internal.junit5.runner.JUnit5TestLoader",
            "-loaderpluginname",
            "org.eclipse.jdt.junit5.runtime",
            "-test",
            method);
    // An IDE on a developer's desk: nothing says that a build tool or a CI service is at work.
    builder.environment().keySet().removeIf(name -> name.equals("CI") || name.startsWith("CORAL_"));
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("console").toFile());
    return builder.start();
  }

  private static List<String> listen(ServerSocket ide) throws IOException {
    List<String> events = new ArrayList<>();
    try (Socket socket = ide.accept();
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.setSoTimeout(WAIT_MILLISECONDS);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        events.add(line);
      }
    }
    return events;
  }
}
