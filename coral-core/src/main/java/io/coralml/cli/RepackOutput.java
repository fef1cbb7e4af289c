package io.coralml.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.coralml.cluster.ClusterPlan;
import io.coralml.cluster.PlanExtension;
import io.coralml.store.RepackOptions;
import io.coralml.store.RepackReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** How plans and repacks are printed, for people and as JSON. */
final class RepackOutput {
  private RepackOutput() {}

  /** Returns options that show progress on standard error, unless {@code quiet}. */
  static RepackOptions options(Shell shell, boolean dryRun, boolean quiet) {
    RepackOptions options = RepackOptions.defaults().withDryRun(dryRun);
    if (quiet || !shell.isWatched()) {
      return options;
    }
    PrintWriter err = shell.err();
    return options.withProgress(
        (done, all) -> {
          err.print("\rRepacking: " + done + " of " + Texts.count(all, "tensor"));
          if (done >= all) {
            err.println();
          }
          err.flush();
        });
  }

  static void print(PrintWriter out, RepackReport report) {
    if (!report.complete()) {
      out.println("Cancelled; run it again to go on.");
    }
    out.println(
        (report.dryRun() ? "Would encode " : "Encoded ")
            + report.reencoded()
            + " of "
            + Texts.count(report.tensors(), "tensor")
            + " anew.");
    out.println("Packs before: " + Texts.bytes(report.bytesBefore()) + bytes(report.bytesBefore()));
    out.println("Packs after:  " + Texts.bytes(report.bytesAfter()) + bytes(report.bytesAfter()));
    if (report.inUse() > 0) {
      out.println(
          Texts.count(report.inUse(), "tensor was", "tensors were") + " in use and left alone.");
    }
  }

  private static String bytes(long bytes) {
    return bytes < 1024 ? "" : " (" + bytes + " bytes)";
  }

  static void json(JsonGenerator json, RepackReport report) throws IOException {
    json.writeStartObject();
    json.writeBooleanField("dry_run", report.dryRun());
    json.writeBooleanField("complete", report.complete());
    json.writeNumberField("tensors", report.tensors());
    json.writeNumberField("reencoded", report.reencoded());
    json.writeNumberField("copied", report.copied());
    json.writeNumberField("in_use", report.inUse());
    json.writeNumberField("bytes_before", report.bytesBefore());
    json.writeNumberField("bytes_after", report.bytesAfter());
    json.writeNumberField("packs_before", report.packsBefore());
    json.writeNumberField("packs_after", report.packsAfter());
    json.writeEndObject();
  }

  static String summary(ClusterPlan plan) {
    return String.format(
        Locale.ROOT,
        "%-12s %6d clusters %6d deltas  %10s -> %10s  cohesion %.3f  separation %.3f  silhouette"
            + " %.3f",
        name(plan),
        plan.quality().clusters(),
        plan.deltas(),
        Texts.bytes(plan.currentBytes()),
        Texts.bytes(plan.expectedBytes()),
        plan.quality().cohesion(),
        plan.quality().separation(),
        plan.quality().silhouette());
  }

  static String name(ClusterPlan plan) {
    return plan.strategy().name().toLowerCase(Locale.ROOT);
  }

  static void print(PrintWriter out, PlanExtension extension) {
    int added = extension.added();
    if (added == 0) {
      out.println("No tensor is new; the plan stays as it is.");
      return;
    }
    out.println(
        Texts.count(added, "tensor is new; it costs ", "tensors are new; they cost ")
            + Texts.percent(extension.drift())
            + " more in the clusters there are than against the best bases.");
    if (extension.rebalanced()) {
      out.println(
          "So "
              + Texts.count(extension.replanned(), "tensor was", "tensors were")
              + " planned anew, which is expected to save "
              + Texts.bytes(extension.savedBytes())
              + ".");
    }
  }

  static void json(JsonGenerator json, PlanExtension extension) throws IOException {
    json.writeStartObject();
    json.writeNumberField("added", extension.added());
    Json.number(json, "drift", extension.drift());
    json.writeBooleanField("rebalanced", extension.rebalanced());
    json.writeNumberField("replanned", extension.replanned());
    json.writeNumberField("saved_bytes", extension.savedBytes());
    json.writeFieldName("plan");
    json(json, extension.plan());
    json.writeEndObject();
  }

  static void json(JsonGenerator json, ClusterPlan plan) throws IOException {
    json.writeStartObject();
    json.writeStringField("strategy", name(plan));
    json.writeNumberField("clusters", plan.quality().clusters());
    json.writeNumberField("singles", plan.quality().singles());
    json.writeNumberField("deltas", plan.deltas());
    json.writeNumberField("current_bytes", plan.currentBytes());
    json.writeNumberField("expected_bytes", plan.expectedBytes());
    Json.number(json, "cohesion", plan.quality().cohesion());
    Json.number(json, "separation", plan.quality().separation());
    Json.number(json, "silhouette", plan.quality().silhouette());
    json.writeEndObject();
  }
}
