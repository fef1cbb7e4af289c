package io.coralml.junit.report;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a run as Micrometer's gauges {@code coral.<key>}, tagged with suite, benchmark and
 * profile. Micrometer writes the lines and messages; they are sent from here, because its own
 * senders swallow what goes wrong. The only class that knows Micrometer, which is an optional
 * dependency.
 */
final class MicrometerPush {
  private static final Pattern HOST_AND_PORT = Pattern.compile("(.+):(\\d{1,5})");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private MicrometerPush() {}

  /** Sends one line for each metric over UDP, in the Etsy form with tags appended to the name. */
  static void statsd(String address, RunReport report) throws IOException {
    Matcher place = HOST_AND_PORT.matcher(address);
    if (!place.matches()) {
      throw new BenchmarkException("it is no host:port");
    }
    List<String> lines = new CopyOnWriteArrayList<>();
    StatsdMeterRegistry registry =
        StatsdMeterRegistry.builder(new EtsyLines()).lineSink(lines::add).build();
    fill(registry, report);
    registry.close();
    InetAddress host = InetAddress.getByName(place.group(1));
    int port = Integer.parseInt(place.group(2));
    try (DatagramSocket socket = new DatagramSocket()) {
      for (String line : lines) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, host, port));
      }
    }
  }

  /** Sends one OTLP message with all metrics over HTTP. */
  static void otlp(String address, RunReport report) throws IOException, InterruptedException {
    AtomicReference<OtlpMetricsSender.@Nullable Request> message = new AtomicReference<>();
    OtlpMeterRegistry registry =
        OtlpMeterRegistry.builder(new OneMessage(address))
            .clock(Clock.SYSTEM)
            .metricsSender(message::set)
            .build();
    fill(registry, report);
    registry.close();
    OtlpMetricsSender.Request request = message.get();
    if (request == null) {
      throw new IOException("Micrometer made no message of the metrics");
    }
    HttpRequest.Builder post =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(PATIENCE)
            .header("Content-Type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.getMetricsData()));
    PushReporter.send(post.build());
  }

  private static void fill(MeterRegistry registry, RunReport report) {
    for (BenchmarkResult result : report.results()) {
      Tags tags =
          Tags.of("suite", result.suite(), "benchmark", result.id(), "profile", report.profile());
      for (Metric metric : result.metrics().values()) {
        if (Double.isFinite(metric.value())) {
          Gauge.builder("coral." + metric.key(), metric, Metric::value)
              .tags(tags)
              .baseUnit(metric.unit().equals("1") ? null : metric.unit())
              .strongReference(true)
              .register(registry);
        }
      }
    }
  }

  /** The form without tags of its own, which every server reads. */
  private static final class EtsyLines implements StatsdConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public StatsdFlavor flavor() {
      return StatsdFlavor.ETSY;
    }

    @Override
    public boolean buffered() {
      return false;
    }

    @Override
    public Duration pollingFrequency() {
      return Duration.ofHours(1); // it is polled once, when it is closed
    }
  }

  private record OneMessage(String address) implements OtlpConfig {
    @Override
    public @Nullable String get(String key) {
      return null;
    }

    @Override
    public String url() {
      return address;
    }

    @Override
    public Duration step() {
      return Duration.ofHours(1); // it is published once, when it is closed
    }

    @Override
    public Map<String, String> resourceAttributes() {
      return Map.of("service.name", "coral-benchmarks");
    }
  }
}
