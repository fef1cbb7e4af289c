package io.coralml.junit.report;

import io.coralml.junit.RunReport;
import io.micrometer.core.instrument.Clock;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends a run to an OpenTelemetry collector. Micrometer writes the message; it is sent from here,
 * because its own sender swallows what goes wrong.
 */
final class OtlpPush {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private OtlpPush() {}

  /** Sends one OTLP message with all metrics over HTTP. */
  static void send(String address, RunReport report) throws IOException, InterruptedException {
    AtomicReference<OtlpMetricsSender.@Nullable Request> message = new AtomicReference<>();
    OtlpMeterRegistry registry =
        OtlpMeterRegistry.builder(new OneMessage(address))
            .clock(Clock.SYSTEM)
            .metricsSender(message::set)
            .build();
    MicrometerGauges.fill(registry, report);
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
