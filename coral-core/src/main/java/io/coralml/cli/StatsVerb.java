package io.coralml.cli;

import io.coralml.repository.Repository;
import io.coralml.repository.RepositoryStats;
import io.coralml.store.StoreStats;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "stats",
    description = "Say where the bytes are, and what sharing, delta coding and compression save.")
final class StatsVerb extends Verb {
  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  StatsVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      if (asJson) {
        json(repository.stats());
      } else {
        text(showing("stats", repository::stats));
      }
    }
    return 0;
  }

  private void text(RepositoryStats stats) {
    StoreStats store = stats.store();
    long shared = stats.modelBytes() - store.tensorBytes();
    row(
        "commits",
        count(stats.commits()),
        "on " + Texts.count(stats.branches(), "branch", "branches"));
    row("as files", Texts.bytes(stats.modelBytes()), "were each commit a file of its own");
    row("tensors", Texts.bytes(store.tensorBytes()), Texts.count(store.tensors(), "different one"));
    row("encoded", Texts.bytes(store.encodedBytes()), "");
    row(
        "  whole",
        Texts.bytes(store.encodedBytes() - store.deltaEncodedBytes()),
        part(
            store.tensors() - store.deltas(),
            store.tensorBytes() - store.deltaTensorBytes(),
            store.encodedBytes() - store.deltaEncodedBytes()));
    row(
        "  as deltas",
        Texts.bytes(store.deltaEncodedBytes()),
        part(store.deltas(), store.deltaTensorBytes(), store.deltaEncodedBytes()));
    row("on disk", Texts.bytes(stats.diskBytes()), times(stats.modelBytes(), stats.diskBytes()));
    row("  packs", Texts.bytes(store.packBytes()), Texts.count(store.packs(), "file"));
    row("  history", Texts.bytes(stats.historyBytes()), "commits, names, references, logs");
    row("  other", Texts.bytes(stats.otherBytes()), "index, staging, unfinished files");
    row("saved", "", "");
    row("  by sharing", Texts.bytes(Math.max(0, shared)), "equal tensors are stored once");
    row(
        "  by deltas",
        Texts.bytes(store.deltaTensorBytes() - store.deltaEncodedBytes()),
        "tensors stored as changes of another");
    row(
        "  otherwise",
        Texts.bytes(
            store.tensorBytes()
                - store.deltaTensorBytes()
                - (store.encodedBytes() - store.deltaEncodedBytes())),
        "compression of whole tensors");
  }

  private void row(String label, String amount, String remark) {
    print(String.format("%-13s %11s  %s", label, amount, remark).stripTrailing());
  }

  private static String count(long number) {
    return Long.toString(number);
  }

  private static String part(long tensors, long before, long after) {
    return tensors == 0
        ? "none"
        : tensors + " of " + Texts.bytes(before) + times(", ", before, after);
  }

  private static String times(long before, long after) {
    return times("", before, after);
  }

  private static String times(String lead, long before, long after) {
    return after == 0 || before <= after
        ? ""
        : lead + String.format(Locale.ROOT, "%.2fx smaller", (double) before / after);
  }

  private void json(RepositoryStats stats) {
    StoreStats store = stats.store();
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          json.writeNumberField("commits", stats.commits());
          json.writeNumberField("branches", stats.branches());
          json.writeNumberField("tags", stats.tags());
          json.writeNumberField("model_bytes", stats.modelBytes());
          json.writeNumberField("tensors", store.tensors());
          json.writeNumberField("tensor_bytes", store.tensorBytes());
          json.writeNumberField("encoded_bytes", store.encodedBytes());
          json.writeNumberField("deltas", store.deltas());
          json.writeNumberField("delta_tensor_bytes", store.deltaTensorBytes());
          json.writeNumberField("delta_encoded_bytes", store.deltaEncodedBytes());
          json.writeNumberField("packs", store.packs());
          json.writeNumberField("pack_bytes", store.packBytes());
          json.writeNumberField("history_bytes", stats.historyBytes());
          json.writeNumberField("other_bytes", stats.otherBytes());
          json.writeNumberField("disk_bytes", stats.diskBytes());
          json.writeEndObject();
        });
  }
}
