package io.coralml.junit.report;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.RunReport;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the metrics of a measured run to where they are collected. A place that cannot be reached
 * is a warning in the log; it never fails a run.
 *
 * <p>System properties, each absent by default:
 *
 * <ul>
 *   <li>{@code coral.push.gateway}: the address of a Prometheus Pushgateway, such as {@code
 *       http://localhost:9091}. The text of {@code metrics.txt} replaces the group of job {@code
 *       coral.push.job} (default {@code coral}) and of this machine's fingerprint as instance.
 *   <li>{@code coral.push.statsd}: {@code host:port} of a StatsD server, over UDP. Needs {@code
 *       io.micrometer:micrometer-registry-statsd} on the class path.
 *   <li>{@code coral.push.otlp}: the address of an OpenTelemetry collector's metrics, such as
 *       {@code http://localhost:4318/v1/metrics}. Needs {@code
 *       io.micrometer:micrometer-registry-otlp}.
 * </ul>
 */
public final class PushReporter implements Reporter {
  private static final Logger LOG = LoggerFactory.getLogger(PushReporter.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final UnaryOperator<@Nullable String> properties;

  /** Reads the system properties. */
  public PushReporter() {
    this(System::getProperty);
  }

  PushReporter(UnaryOperator<@Nullable String> properties) {
    this.properties = properties;
  }

  /** Sends a run to one address. */
  @FunctionalInterface
  interface Push {
    void send(String address, RunReport report) throws IOException, InterruptedException;
  }

  @Override
  public void runFinished(RunReport report) {
    if (report.measured()) {
      push("coral.push.gateway", report, this::gateway);
      // No method references: those would load classes of Micrometer, which may not be there.
      push("coral.push.statsd", report, (address, run) -> StatsdPush.send(address, run));
      push("coral.push.otlp", report, (address, run) -> OtlpPush.send(address, run));
    }
  }

  private void push(String key, RunReport report, Push push) {
    String address = properties.apply(key);
    if (address == null || address.isBlank()) {
      return;
    }
    try {
      push.send(address.strip(), report);
    } catch (IOException | IllegalArgumentException | BenchmarkException e) {
      warn(key, address, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      warn(key, address, "the run was interrupted");
    } catch (NoClassDefFoundError e) {
      warn(
          key,
          address,
          "put io.micrometer:micrometer-registry-" + key.substring(11) + " on the class path");
    }
  }

  private static void warn(String key, String address, String why) {
    LOG.warn(
        "The metrics were not sent to {} ({}): {}. The files of the run have them all.",
        address,
        key,
        why);
  }

  private void gateway(String address, RunReport report) throws IOException, InterruptedException {
    String job = properties.apply("coral.push.job");
    URI group =
        URI.create(
            address.replaceFirst("/+$", "")
                + "/metrics/job/"
                + part(job == null || job.isBlank() ? "coral" : job)
                + "/instance/"
                + part(HistoryReporter.machine(report.environment())));
    HttpRequest request =
        HttpRequest.newBuilder(group)
            .timeout(PATIENCE)
            .header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            .PUT(HttpRequest.BodyPublishers.ofString(OpenMetricsText.text(report)))
            .build();
    send(request);
  }

  /**
   * Sends a request.
   *
   * @throws IOException if it is not answered, or with anything but success
   */
  static void send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .build()
            .send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      String body = answer.body().strip();
      throw new IOException(
          "it answered "
              + answer.statusCode()
              + " "
              + body.substring(0, Math.min(200, body.length())));
    }
  }

  private static String part(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
