package io.coralml.cli;

import io.coralml.history.CommitId;
import io.coralml.repository.FsckLevel;
import io.coralml.repository.FsckReport;
import io.coralml.repository.Repository;
import io.coralml.store.RepairReport;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "fsck",
    description = {"Look for damage, and say what to do about it.", "Ends with 1 if there is any."})
final class FsckVerb extends Verb {
  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "structure, sample or deep; structure when absent.")
  private FsckLevel level = FsckLevel.STRUCTURE;

  @Option(
      names = "--repair",
      description =
          "Move damaged packs to quarantine, save what is sound, rebuild the index, put damaged"
              + " branches back to where their logs say they stood.")
  private boolean repair;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  FsckVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      Repaired repaired = repair ? repair(repository) : null;
      FsckReport report =
          asJson ? repository.fsck(level) : showing("fsck", () -> repository.fsck(level));
      if (asJson) {
        json(report, repaired);
      } else {
        text(report, repaired);
      }
      return report.isSound() ? 0 : Coral.NO;
    }
  }

  /** What a repair came to, in the store and in the history. */
  private record Repaired(RepairReport store, SortedMap<String, CommitId> branches) {}

  private static Repaired repair(Repository repository) {
    RepairReport done = repository.store().repair();
    repository.store().rebuildIndex();
    return new Repaired(done, repository.restoreBranches());
  }

  private void text(FsckReport report, @Nullable Repaired repaired) {
    if (repaired != null) {
      RepairReport store = repaired.store();
      print(
          "Moved "
              + Texts.count(store.quarantined().size(), "pack")
              + " to quarantine, saved "
              + Texts.count(store.rescued(), "tensor")
              + lost(store.lost().size())
              + ".");
      repaired
          .branches()
          .forEach(
              (name, at) ->
                  print("Put the branch " + Texts.name(name) + " back to " + at.abbreviated()));
    }
    report
        .findings()
        .forEach(finding -> print(paint(Colour.RED, "damage") + "  " + Texts.name(finding)));
    report
        .affected()
        .forEach(
            (commit, names) ->
                names.forEach(
                    name ->
                        print(
                            paint(Colour.RED, "lost")
                                + "    "
                                + commit.abbreviated()
                                + "  "
                                + Texts.name(name))));
    if (!report.repair().isEmpty()) {
      print("What to do, in this order:");
      report.repair().forEach(step -> print("  " + Texts.name(step)));
    }
    print(
        "Looked at "
            + Texts.count(report.commits(), "commit")
            + " and "
            + Texts.count(report.tensors(), "tensor")
            + ", verified "
            + Texts.bytes(report.bytesChecked())
            + "; "
            + (report.isSound()
                ? paint(Colour.GREEN, "nothing is wrong.")
                : paint(Colour.RED, "there is damage.")));
  }

  /** Of a pack whose table is gone nobody knows what was in it: the commits say what they miss. */
  private static String lost(int known) {
    return known == 0 ? "" : ", lost " + known + " that were in them";
  }

  private void json(FsckReport report, @Nullable Repaired repaired) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          json.writeBooleanField("sound", report.isSound());
          json.writeNumberField("commits", report.commits());
          json.writeNumberField("tensors", report.tensors());
          json.writeNumberField("bytes_checked", report.bytesChecked());
          Json.strings(json, "findings", report.findings());
          json.writeObjectFieldStart("affected");
          for (var each : report.affected().entrySet()) {
            Json.strings(json, each.getKey().hex(), each.getValue());
          }
          json.writeEndObject();
          Json.strings(json, "repair", report.repair());
          if (repaired != null) {
            json.writeObjectFieldStart("repaired");
            json.writeNumberField("quarantined", repaired.store().quarantined().size());
            json.writeNumberField("rescued", repaired.store().rescued());
            json.writeNumberField("lost", repaired.store().lost().size());
            json.writeObjectFieldStart("branches");
            for (var each : repaired.branches().entrySet()) {
              json.writeStringField(each.getKey(), each.getValue().hex());
            }
            json.writeEndObject();
            json.writeEndObject();
          }
          json.writeEndObject();
        });
  }
}
