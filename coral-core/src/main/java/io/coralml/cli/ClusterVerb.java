package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.Clustering;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.cluster.PlanExtension;
import io.coralml.cluster.PlanFile;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.store.RepackReport;
import io.coralml.store.StoreStats;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "cluster",
    description = {
      "See which tensors resemble which, and plan better bases for them.",
      "analyze compares the strategies; plan writes a plan to a file; apply carries one out; report"
          + " compares one with what is stored."
    })
final class ClusterVerb extends Verb {
  private enum Action {
    ANALYZE,
    PLAN,
    APPLY,
    REPORT
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "analyze, plan, apply or report.")
  private Action action = Action.ANALYZE;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "The plan's file; coral-plan.json when absent.")
  private Path file = Path.of("coral-plan.json");

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description = "kmeans, hierarchical, dbscan, forest or adaptive; as configured when absent.")
  private @Nullable ClusteringStrategy strategy;

  @Option(
      names = "--extend",
      description = "With plan: continue the plan in the file for the tensors added since.")
  private boolean extend;

  @Option(names = "--dry-run", description = "With apply: encode and count, but write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  ClusterVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      switch (action) {
        case ANALYZE -> analyze(repository);
        case PLAN -> plan(repository);
        case APPLY -> apply(repository);
        case REPORT -> report(repository);
      }
    }
    return 0;
  }

  private void analyze(Repository repository) {
    Clustering clustering = repository.repack().clustering();
    Map<ClusteringStrategy, ClusterPlan> plans = clustering.plans();
    if (asJson) {
      Json.print(
          shell().out(),
          json -> {
            json.writeStartObject();
            json.writeNumberField("families", clustering.families());
            json.writeArrayFieldStart("strategies");
            for (ClusterPlan plan : plans.values()) {
              RepackOutput.json(json, plan);
            }
            json.writeEndArray();
            json.writeEndObject();
          });
      return;
    }
    print(
        "Found "
            + Texts.count(clustering.families(), "family", "families")
            + " of tensors that resemble each other.");
    plans.values().forEach(plan -> print(RepackOutput.summary(plan)));
  }

  private void plan(Repository repository) {
    if (extend) {
      PlanExtension extension = repository.repack().clustering().extend(read());
      write(extension.plan());
      if (asJson) {
        Json.print(shell().out(), json -> RepackOutput.json(json, extension));
        return;
      }
      RepackOutput.print(shell().out(), extension);
      announce(extension.plan());
      return;
    }
    ClusterPlan plan =
        repository.repack().plan(strategy == null ? repository.options().clustering() : strategy);
    write(plan);
    if (asJson) {
      Json.print(shell().out(), json -> RepackOutput.json(json, plan));
    } else {
      announce(plan);
    }
  }

  /** A plan that cannot be written whole leaves the one that is there. */
  private void write(ClusterPlan plan) {
    Path to = shell().resolve(file);
    Path part = to.resolveSibling("." + UUID.randomUUID() + ".part");
    try {
      try (Writer out = Files.newBufferedWriter(part, StandardCharsets.UTF_8)) {
        PlanFile.write(plan, out);
      }
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      discard(part, e);
      throw new StorageException(
          "The plan could not be written to "
              + Quoted.name(to.toString())
              + "; choose another file with --plan.",
          e);
    }
  }

  private static void discard(Path part, IOException because) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  private void announce(ClusterPlan plan) {
    print(RepackOutput.summary(plan));
    print(
        "Written to "
            + Quoted.name(shell().resolve(file).toString())
            + "; 'coral cluster apply' carries it out.");
  }

  private ClusterPlan read() {
    Path from = shell().resolve(file);
    if (!Files.isRegularFile(from)) {
      throw new NotFoundException(
          "There is no plan "
              + Quoted.name(from.toString())
              + "; make one with 'coral cluster plan' or name it with --plan.");
    }
    try (Reader in = Files.newBufferedReader(from, StandardCharsets.UTF_8)) {
      return PlanFile.read(in);
    } catch (IOException e) {
      throw new InvalidInputException(
          "The plan " + Quoted.name(from.toString()) + " cannot be read; make a new one.", e);
    }
  }

  private void apply(Repository repository) {
    RepackReport report =
        repository.repack().apply(read(), RepackOutput.options(shell(), dryRun, asJson));
    if (asJson) {
      Json.print(shell().out(), json -> RepackOutput.json(json, report));
    } else {
      RepackOutput.print(shell().out(), report);
    }
  }

  /** What the plan promised beside what there is. */
  private void report(Repository repository) {
    ClusterPlan plan = read();
    StoreStats stats = repository.store().stats();
    if (asJson) {
      Json.print(
          shell().out(),
          json -> {
            json.writeStartObject();
            json.writeFieldName("plan");
            RepackOutput.json(json, plan);
            json.writeNumberField("achieved_bytes", stats.encodedBytes());
            json.writeNumberField("pack_bytes", stats.packBytes());
            json.writeNumberField("deltas", stats.deltas());
            json.writeEndObject();
          });
      return;
    }
    print(RepackOutput.summary(plan));
    print("Promised: " + stored(plan.deltas(), plan.expectedBytes()));
    print("Stored:   " + stored(stats.deltas(), stats.encodedBytes()));
  }

  private static String stored(long deltas, long bytes) {
    return Texts.count(deltas, "delta") + ", " + Texts.bytes(bytes) + ".";
  }
}
