package io.coralml.cli;

import io.coralml.repository.Repository;
import io.coralml.store.StoreStats;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "stats", description = "Say where the bytes are and what delta coding saved.")
final class StatsVerb extends Verb {
  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  StatsVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      StoreStats stats = repository.store().stats();
      if (asJson) {
        json(stats);
      } else {
        text(stats);
      }
    }
    return 0;
  }

  private void text(StoreStats stats) {
    print("tensors        " + stats.tensors() + ", " + Texts.bytes(stats.tensorBytes()));
    print("encoded        " + Texts.bytes(stats.encodedBytes()) + ratio(stats));
    print(
        "  as deltas    "
            + stats.deltas()
            + ", "
            + Texts.bytes(stats.deltaEncodedBytes())
            + " for "
            + Texts.bytes(stats.deltaTensorBytes()));
    print("on disk        " + Texts.bytes(stats.packBytes()) + " in " + stats.packs() + " packs");
  }

  private static String ratio(StoreStats stats) {
    return stats.encodedBytes() == 0
        ? ""
        : String.format(
            Locale.ROOT, ", %.2fx smaller", (double) stats.tensorBytes() / stats.encodedBytes());
  }

  private void json(StoreStats stats) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          json.writeNumberField("tensors", stats.tensors());
          json.writeNumberField("tensor_bytes", stats.tensorBytes());
          json.writeNumberField("encoded_bytes", stats.encodedBytes());
          json.writeNumberField("deltas", stats.deltas());
          json.writeNumberField("delta_tensor_bytes", stats.deltaTensorBytes());
          json.writeNumberField("delta_encoded_bytes", stats.deltaEncodedBytes());
          json.writeNumberField("packs", stats.packs());
          json.writeNumberField("pack_bytes", stats.packBytes());
          json.writeEndObject();
        });
  }
}
