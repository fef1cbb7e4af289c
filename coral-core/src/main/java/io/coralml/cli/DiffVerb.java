package io.coralml.cli;

import io.coralml.history.Quoted;
import io.coralml.merge.TensorComparison;
import io.coralml.repository.ModelDiff;
import io.coralml.repository.Repository;
import io.coralml.repository.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "diff",
    description = {
      "Compare the models of two revisions, the biggest changes first.",
      "Ends with 1 if they differ."
    })
final class DiffVerb extends Verb {
  private static final String ROW = "%10s %11s %10s %9s  %s";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "BEFORE",
      description = "Which model; HEAD~1 when absent.")
  private String before = "HEAD~1";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "AFTER",
      description = "Which model; HEAD when absent.")
  private String after = "HEAD";

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  DiffVerb(Shell shell) {
    super(shell);
  }

  /** A changed tensor with its figures, which are absent when dtype or shape changed. */
  private record Figures(ModelDiff.TensorChange change, Optional<TensorComparison> comparison) {
    double size() {
      double relative = comparison.map(TensorComparison::relativeL2).orElse(Double.NaN);
      return Double.isNaN(relative) ? Double.POSITIVE_INFINITY : relative;
    }
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      ModelDiff diff = repository.diff(before, after);
      List<Figures> changed = new ArrayList<>();
      compare(diff, changed);
      changed.sort(
          Comparator.comparingDouble(Figures::size)
              .reversed()
              .thenComparing(each -> each.change().name()));
      if (asJson) {
        json(diff, changed);
      } else {
        text(diff, changed);
        notes(repository);
      }
      return diff.isEmpty() ? 0 : Coral.NO;
    }
  }

  private void compare(ModelDiff diff, List<Figures> changed) {
    if (asJson) {
      diff.changed().forEach(each -> changed.add(new Figures(each, each.compare())));
      return;
    }
    Progress progress = progress("diff");
    try {
      diff.changed().forEach(each -> changed.add(new Figures(each, each.compare())));
    } finally {
      progress.close();
    }
  }

  private void text(ModelDiff diff, List<Figures> changed) {
    if (diff.isEmpty()) {
      print("The models are equal, bit for bit.");
      return;
    }
    print(
        diff.added().size()
            + " added, "
            + changed.size()
            + " changed, "
            + diff.removed().size()
            + " removed");
    diff.added().forEach(info -> print(paint(Colour.GREEN, "added") + "    " + describe(info)));
    diff.removed().forEach(info -> print(paint(Colour.RED, "removed") + "  " + describe(info)));
    if (!changed.isEmpty()) {
      print(
          paint(
              Colour.BOLD,
              String.format(ROW, "rel. L2", "max change", "cosine", "share", "changed")));
    }
    changed.forEach(each -> print(row(each)));
  }

  /** What the commits note differently: how a loss went on, for instance. */
  private void notes(Repository repository) {
    SortedMap<String, String> old = repository.snapshot(before).metadata();
    SortedMap<String, String> now = repository.snapshot(after).metadata();
    TreeSet<String> keys = new TreeSet<>(old.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      String was = old.getOrDefault(key, "-");
      String is = now.getOrDefault(key, "-");
      if (!was.equals(is)) {
        print("note     " + Quoted.escape(key + "  " + was + " -> " + is));
      }
    }
  }

  private static String describe(TensorInfo info) {
    return Texts.name(info.name()) + "  " + info.dtype() + " " + info.shape();
  }

  private static String row(Figures figures) {
    ModelDiff.TensorChange change = figures.change();
    String name = Texts.name(change.name());
    if (figures.comparison().isEmpty()) {
      String before = change.before().dtype() + " " + change.before().shape();
      String after = change.after().dtype() + " " + change.after().shape();
      return String.format("%43s  %s", before + " is now " + after, name);
    }
    TensorComparison it = figures.comparison().get();
    return String.format(
        ROW,
        Texts.number(it.relativeL2()),
        Texts.number(it.largestChange()),
        String.format(Locale.ROOT, "%.6f", it.cosine()),
        Texts.percent(it.changedShare()),
        name);
  }

  private void json(ModelDiff diff, List<Figures> changed) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartObject();
          Json.strings(json, "added", diff.added().stream().map(TensorInfo::name).toList());
          Json.strings(json, "removed", diff.removed().stream().map(TensorInfo::name).toList());
          json.writeArrayFieldStart("changed");
          for (Figures each : changed) {
            json.writeStartObject();
            json.writeStringField("name", each.change().name());
            if (each.comparison().isPresent()) {
              TensorComparison figures = each.comparison().get();
              Json.number(json, "relative_l2", figures.relativeL2());
              Json.number(json, "max_change", figures.largestChange());
              Json.number(json, "cosine", figures.cosine());
              Json.number(json, "changed_share", figures.changedShare());
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
