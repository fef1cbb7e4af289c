package io.coralml.junit.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.junit.Better;
import io.coralml.junit.Metric;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Values are written for people")
class ScaleTest {
  @ParameterizedTest(name = "{0} {1} is written {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "0.37 | ns/op | 0.370 ns/op",
        "22.2 | ns/op | 22.20 ns/op",
        "1251 | ns/op | 1.251 µs/op",
        "52300000 | ns | 52.30 ms",
        "999.97 | ns | 1.000 µs",
        "2500 | ms | 2.500 s",
        "0.0042 | s | 4.200 ms",
        "0 | B/op | 0 B/op",
        "16 | B/op | 16 B/op",
        "11480000 | B | 11.48 MB",
        "21348432000 | B | 21.35 GB",
        "12345678 | ops/s | 12.35 M ops/s",
        "840 | ops/s | 840 ops/s",
        "18.94 | x | 18.94 x",
        "126 | tensors | 126 tensors",
        "1234567 | '' | 1,234,567",
        "0.0001234 | x | 1.234e-04 x",
        "NaN | x | - x",
        "8 | 1 | 8",
        "-0.5 | % | -0.500 %",
      })
  void humane(double value, String unit, String text) {
    assertThat(Scale.of(value, unit).text(value)).isEqualTo(text);
  }

  @ParameterizedTest(name = "{0} of {1} {2} means: {3}")
  @CsvSource({
    "compression_ratio, 10.1, x, excellent",
    "compression_ratio, 10, x, good",
    "compression_ratio, 5, x, good",
    "compression_ratio, 4.9, x, limited similarity",
    "space_saved_percent, 95, %, excellent",
    "ns_per_op, 49e6, ns/op, interactive",
    "p99_ns, 51e6, ns, batch",
    "p99_ns, 5e8, ns, long-running",
    "commit_ms, 20, ms, interactive",
    "mismatched_elements, 0, '', exact",
    "mismatched_elements, 1, '', NOT EXACT",
    "b_per_op, 0, B/op, allocation-free",
    "b_per_op, 8, B/op, ''",
    "leak_bytes_per_op, 12, B/op, may leak",
    "stored_bytes, 12, B, ''",
    "gc_pause_ns, 3e6, ns, ''",
    "ns_per_op_mad, 3, ns/op, ''",
    "compression_ratio, NaN, x, ''",
  })
  void bands(String key, double value, String unit, String meaning) {
    assertThat(MetricText.interpretation(Metric.exact(key, value, unit, Better.NEITHER)))
        .isEqualTo(meaning);
  }

  @org.junit.jupiter.api.Test
  @DisplayName("an interval is written low, median, high in the scale of the median")
  void interval() {
    Metric metric = new Metric("ns_per_op", 1251, 998, 1299, "ns/op", Better.LOWER);
    assertThat(MetricText.value(metric)).isEqualTo("[0.998  1.251  1.299] µs/op");
  }

  @ParameterizedTest(name = "[{0} {1} {2}] B/op: {3}")
  @DisplayName(
      "a leak whose interval holds zero is none, unless it is so wide that it says nothing")
  @CsvSource({
    "-3, 12, 27, no leak",
    "0, 0, 0, no leak",
    "1, 12, 27, may leak",
    "-9, 12, 65535, no leak",
    "-9, 12, 65536, undecided",
    "-1_600_000, 1_000_000, 2_400_000, undecided",
  })
  void leak(String low, String median, String high, String meaning) {
    Metric metric =
        new Metric(
            "leak_bytes_per_op", number(median), number(low), number(high), "B/op", Better.LOWER);
    assertThat(MetricText.interpretation(metric)).isEqualTo(meaning);
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace("_", ""));
  }
}
