package io.coralml.junit.report;

import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which a reader wants to see metrics: what was asked first, then what explains it.
 */
final class MetricOrder {
  private static final List<String> FIRST =
      List.of(
          "compression_ratio",
          "space_saved_percent",
          "limit_ratio",
          "raw_bytes",
          "stored_bytes",
          "mismatched_elements",
          "max_abs_error",
          "ns_per_op",
          "ops_per_s",
          "mb_per_s",
          "p50_ns",
          "p90_ns",
          "p95_ns",
          "p99_ns",
          "p999_ns",
          "max_ns",
          "b_per_op",
          "leak_bytes_per_op",
          "peak_heap_bytes",
          "peak_rss_bytes",
          "io_bytes");
  private static final List<String> LAST =
      List.of("ns_per_op_mad", "outliers", "cpu_percent", "gc_count", "gc_pause_ns");
  private static final Comparator<Metric> ORDER =
      Comparator.comparingInt(MetricOrder::place).thenComparing(Metric::key);

  private MetricOrder() {}

  /** Returns the metrics of a result; those a suite has added itself stand in the middle. */
  static List<Metric> of(BenchmarkResult result) {
    return result.metrics().values().stream().sorted(ORDER).toList();
  }

  private static int place(Metric metric) {
    int first = FIRST.indexOf(metric.key());
    if (first >= 0) {
      return first;
    }
    int last = LAST.indexOf(metric.key());
    return FIRST.size() + (last >= 0 ? last + 1 : 0);
  }
}
