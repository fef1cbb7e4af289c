package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.coralml.junit.RunReport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The metrics of a run are sent")
class PushReporterTest {
  private static final Path GATEWAY = Path.of("/usr/bin/prometheus-pushgateway");

  @TempDir Path folder;

  private RunReport run() {
    return Results.run(folder, Results.throughput());
  }

  private void push(Map<String, String> properties) {
    new PushReporter(properties::get).runFinished(run());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  @DisplayName("to Debian's Pushgateway, where it is installed, which serves them again")
  @Timeout(60)
  void pushgateway() throws Exception {
    assumeTrue(Files.isExecutable(GATEWAY), "prometheus-pushgateway is not installed");
    String address = "127.0.0.1:" + freePort();
    Process gateway =
        new ProcessBuilder(GATEWAY.toString(), "--web.listen-address=" + address)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("gateway.log").toFile())
            .start();
    try {
      String url = "http://" + address;
      while (gateway.isAlive() && !get(url + "/-/ready").contains("OK")) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      push(Map.of("coral.push.gateway", url + "/", "coral.push.job", "nightly run"));
      push(Map.of("coral.push.gateway", url, "coral.push.job", "nightly run"));
      List<String> served =
          get(url + "/metrics").lines().filter(line -> line.startsWith("coral_ns_per_op")).toList();
      assertThat(served).hasSize(3);
      assertThat(served)
          .anySatisfy(
              line ->
                  assertThat(line)
                      .contains("bound=\"value\"", "job=\"nightly run\"", "{size=1024}")
                      .endsWith(" 1251"));
    } finally {
      gateway.destroy();
      assertThat(gateway.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String get(String url) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return ""; // it is not up yet
    }
  }

  @Test
  @DisplayName("to a StatsD server, a line for each")
  @Timeout(20)
  void statsd() throws IOException {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(10_000);
      push(Map.of("coral.push.statsd", "127.0.0.1:" + server.getLocalPort()));
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        server.receive(packet);
        lines.add(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8));
      }
      assertThat(lines)
          .anySatisfy(line -> assertThat(line).startsWith("coral").endsWith(":1251|g"))
          .anySatisfy(line -> assertThat(line).startsWith("coral").endsWith(":16|g"));
    }
  }

  @Test
  @DisplayName("to an OpenTelemetry collector, in one message")
  void otlp() throws IOException {
    AtomicReference<String> received = new AtomicReference<>("");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/metrics",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          received.set(
              exchange.getRequestHeaders().getFirst("Content-Type")
                  + new String(body, StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      push(
          Map.of(
              "coral.push.otlp",
              "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/metrics"));
    } finally {
      server.stop(0);
    }
    assertThat(received.get())
        .startsWith("application/x-protobuf")
        .contains("coral.ns_per_op", "coral.b_per_op", "coral-benchmarks", "{size=1024}");
  }

  /** Loads the reporters again, and knows nothing of Micrometer. */
  private static final class WithoutMicrometer extends URLClassLoader {
    WithoutMicrometer() {
      super(
          new URL[] {PushReporter.class.getProtectionDomain().getCodeSource().getLocation()},
          PushReporterTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("io.micrometer")) {
        throw new ClassNotFoundException(name);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        boolean own = name.startsWith("io.coralml.junit.report.") && !name.endsWith(".Reporter");
        return loaded != null ? loaded : own ? findClass(name) : super.loadClass(name, resolve);
      }
    }
  }

  @Test
  @DisplayName("nowhere without Micrometer on the class path, and the run goes on")
  void withoutMicrometer() throws Exception {
    try (WithoutMicrometer loader = new WithoutMicrometer()) {
      Reporter reporter =
          (Reporter)
              loader.loadClass(PushReporter.class.getName()).getDeclaredConstructor().newInstance();
      assertThat(reporter).isNotInstanceOf(PushReporter.class);
      System.setProperty("coral.push.statsd", "127.0.0.1:" + freePort());
      try {
        assertThat(warnings(() -> reporter.runFinished(run())))
            .contains("micrometer-registry-statsd on the class path");
      } finally {
        System.clearProperty("coral.push.statsd");
      }
      assertThat(warnings(() -> reporter.runFinished(run()))).isEmpty();
    }
  }

  @Test
  @DisplayName("nowhere when nobody listens or the address is none: a warning for each, no error")
  void unreachable() throws IOException {
    String nobody = "http://127.0.0.1:" + freePort();
    String warned =
        warnings(
            () ->
                push(
                    Map.of(
                        "coral.push.gateway", nobody,
                        "coral.push.statsd", "127.0.0.1",
                        "coral.push.otlp", "no address")));
    assertThat(warned)
        .contains("The metrics were not sent to " + nobody + " (coral.push.gateway): ")
        .contains("The metrics were not sent to 127.0.0.1 (coral.push.statsd): ")
        .contains("The metrics were not sent to no address (coral.push.otlp): ");
  }

  /** Returns what the log says meanwhile; it writes to the error stream of the moment. */
  private static String warnings(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return caught.toString(StandardCharsets.UTF_8);
  }
}
