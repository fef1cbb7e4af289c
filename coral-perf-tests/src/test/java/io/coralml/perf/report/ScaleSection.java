package io.coralml.perf.report;

import io.coralml.junit.stats.Growth;
import io.coralml.perf.scale.Bottleneck.Resource;
import io.coralml.perf.scale.Curve;
import io.coralml.perf.scale.RateCurve;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Writes how costs grow with size: growth class, exponent and interval, what limited the smallest
 * and the largest, and from which size on more did harm. All from figures that a benchmark recorded
 * by size.
 */
final class ScaleSection {
  private static final String SHARE = "_percent";

  private final Measured measured;

  ScaleSection(Measured measured) {
    this.measured = measured;
  }

  void write(Text text) {
    text.heading(2, "Analysis of scale");
    List<List<String>> rows = new ArrayList<>();
    measured.rows().forEach(row -> rows.addAll(lines(row)));
    if (rows.isEmpty()) {
      text.line("No benchmark of the run measured several sizes.");
      return;
    }
    text.line(
        "A bottleneck is the greatest of four shares: of processor time, pauses for collections,"
            + " forced writes, and waiting for locks. A class needs five sizes over a factor of 16.");
    text.line("");
    text.header(
        List.of(
            "benchmark", "cost", "sizes", "growth", "bottleneck, least to largest", "degrades"));
    rows.forEach(text::row);
  }

  private static List<List<String>> lines(Measured.Row row) {
    SortedMap<String, SortedMap<Long, Measured.Value>> bySize = CategorySection.bySize(row);
    List<List<String>> lines = new ArrayList<>();
    String bottleneck = bottleneck(bySize);
    String degrades =
        row.value("degradation_point")
            .map(at -> at == 0 ? "not in this row" : "from " + Text.number(at, "1") + " on")
            .orElse("");
    bySize.forEach(
        (stem, all) -> {
          boolean cost = stem.endsWith("_ms") || stem.endsWith("_ns");
          // The classes of growth begin at a size of 2, for log 1 is 0.
          SortedMap<Long, Measured.Value> sizes = cost ? all.tailMap(2L) : all;
          boolean rate = stem.endsWith("_per_s") && !degrades.isEmpty();
          if (sizes.size() > 1 && (cost || rate)) {
            lines.add(
                List.of(
                    row.title(),
                    Text.words(stem),
                    String.format(Locale.ROOT, "%,d to %,d", sizes.firstKey(), sizes.lastKey()),
                    cost ? growth(sizes) : rate(sizes),
                    bottleneck,
                    degrades));
          }
        });
    return lines;
  }

  private static String growth(SortedMap<Long, Measured.Value> sizes) {
    List<Double> n = sizes.keySet().stream().map(Long::doubleValue).toList();
    boolean positive = sizes.values().stream().allMatch(value -> value.value() > 0);
    if (!positive || !Curve.decides(n)) {
      return "too few sizes";
    }
    return Growth.fit(
            n.stream().mapToDouble(Double::doubleValue).toArray(),
            sizes.values().stream().mapToDouble(Measured.Value::value).toArray())
        .sentence();
  }

  private static String rate(SortedMap<Long, Measured.Value> sizes) {
    SortedMap<Long, Double> rates = new TreeMap<>();
    sizes.forEach((size, rate) -> rates.put(size, rate.value()));
    return RateCurve.sentence(rates);
  }

  private static String bottleneck(SortedMap<String, SortedMap<Long, Measured.Value>> bySize) {
    TreeSet<Long> sizes = new TreeSet<>();
    for (Resource resource : Resource.values()) {
      SortedMap<Long, Measured.Value> shares = bySize.get(resource.key() + SHARE);
      if (shares != null) {
        sizes.addAll(shares.keySet());
      }
    }
    if (sizes.isEmpty()) {
      return "";
    }
    String first = greatest(bySize, sizes.first());
    return sizes.size() == 1 ? first : first + ", then " + greatest(bySize, sizes.last());
  }

  private static String greatest(
      SortedMap<String, SortedMap<Long, Measured.Value>> bySize, long size) {
    return java.util.Arrays.stream(Resource.values())
        .max(Comparator.comparingDouble(resource -> share(bySize, resource, size)))
        .map(
            resource ->
                String.format(
                    Locale.ROOT,
                    "%s %.0f %%",
                    Text.words(resource.key()),
                    share(bySize, resource, size)))
        .orElseThrow();
  }

  private static double share(
      SortedMap<String, SortedMap<Long, Measured.Value>> bySize, Resource resource, long size) {
    return Optional.ofNullable(bySize.get(resource.key() + SHARE))
        .map(shares -> shares.get(size))
        .map(Measured.Value::value)
        .orElse(0.0);
  }
}
