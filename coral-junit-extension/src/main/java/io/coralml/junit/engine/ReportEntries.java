package io.coralml.junit.engine;

import io.coralml.junit.Attachment;
import io.coralml.junit.BenchmarkResult;
import io.coralml.junit.Metric;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Hands the numbers of a benchmark to JUnit, as one report entry with a value for each metric, and
 * its files: an IDE shows them beside the test, an XML report holds them, and a console that is not
 * asked stays quiet.
 */
final class ReportEntries {
  private ReportEntries() {}

  static void publish(ExtensionContext context, BenchmarkResult result) {
    Map<String, String> entries = new LinkedHashMap<>();
    result.metrics().forEach((key, metric) -> entries.put(key, text(metric)));
    if (!entries.isEmpty()) {
      context.publishReportEntry(entries);
    }
    for (Attachment attachment : result.attachments()) {
      context.publishFile(
          attachment.file().getFileName().toString(),
          MediaType.parse(attachment.mediaType()),
          // The folder may hold those of an earlier run.
          file -> Files.copy(attachment.file(), file, StandardCopyOption.REPLACE_EXISTING));
    }
  }

  /** Returns a value with its unit, and its interval where it has one; digits are not cut off. */
  private static String text(Metric metric) {
    String value = number(metric.value());
    if (metric.hasInterval()) {
      value = "[" + number(metric.low()) + " " + value + " " + number(metric.high()) + "]";
    }
    return metric.unit().equals("1") ? value : value + " " + metric.unit();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
