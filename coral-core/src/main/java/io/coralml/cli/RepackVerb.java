package io.coralml.cli;

import io.coralml.cluster.ClusteringStrategy;
import io.coralml.repository.Repack;
import io.coralml.repository.Repository;
import io.coralml.store.RepackReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "repack",
    description = "Choose better bases for the stored tensors and encode them against those.")
final class RepackVerb extends Verb {
  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description = "kmeans, hierarchical, dbscan, forest or adaptive; as configured when absent.")
  private @Nullable ClusteringStrategy strategy;

  @Option(names = "--dry-run", description = "Encode and count, but write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  RepackVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Repack repack = repository.repack();
      ClusteringStrategy chosen = strategy == null ? repository.options().clustering() : strategy;
      RepackReport report =
          repack.apply(repack.plan(chosen), RepackOutput.options(shell(), dryRun, asJson));
      if (asJson) {
        Json.print(shell().out(), json -> RepackOutput.json(json, report));
      } else {
        RepackOutput.print(shell().out(), report);
      }
    }
    return 0;
  }
}
