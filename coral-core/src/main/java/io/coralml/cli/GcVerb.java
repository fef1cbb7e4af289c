package io.coralml.cli;

import io.coralml.repository.GcOptions;
import io.coralml.repository.GcReport;
import io.coralml.repository.Repository;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "gc", description = "Remove what nothing reaches any more.")
final class GcVerb extends Verb {
  @Option(
      names = "--grace",
      paramLabel = "DAYS",
      description =
          "How long something stays out of reach before it goes; as configured when absent.")
  private @Nullable Integer grace;

  @Option(
      names = "--reflog-expiry",
      paramLabel = "DAYS",
      description = "How long the logs of references are kept; as configured when absent.")
  private @Nullable Integer expiry;

  GcVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      GcOptions defaults = repository.options().gc();
      GcOptions options =
          new GcOptions(
              grace == null ? defaults.grace() : Duration.ofDays(grace),
              expiry == null ? defaults.reflogExpiry() : Duration.ofDays(expiry));
      GcReport report = showing("gc", () -> repository.gc(options));
      print(
          "Removed "
              + Texts.count(report.tensors().removed(), "tensor")
              + " and "
              + Texts.count(report.historyObjects(), "object")
              + " of the history; "
              + Texts.bytes(report.bytesReturned())
              + " are free again.");
      if (report.tensors().waiting() > 0) {
        print(
            Texts.count(report.tensors().waiting(), "more tensor waits", "more tensors wait")
                + " for the end of a time of grace.");
      }
    }
    return 0;
  }
}
