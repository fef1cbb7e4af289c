package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import io.coralml.junit.RunReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/**
 * The metrics of a run as Micrometer's gauges {@code coral.<key>}, tagged with suite, benchmark and
 * profile. Micrometer is an optional dependency: only this class, {@link StatsdPush} and {@link
 * OtlpPush} know it, and they are touched only when metrics are to be sent.
 */
final class MicrometerGauges {
  private MicrometerGauges() {}

  static void fill(MeterRegistry registry, RunReport report) {
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
}
