package io.coralml.repository;

import io.coralml.InvalidInputException;
import io.coralml.cluster.ClusteringStrategy;
import io.coralml.codec.Effort;
import io.coralml.history.Quoted;
import io.coralml.store.StoreOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a repository trades space, speed and memory. Kept in section {@code [coral]} of the file
 * {@code .coral/config}, one line for each setting that is not the default; read when a repository
 * is opened.
 *
 * @param effort how hard the codec tries: setting "effort", one of fast, balanced, max
 * @param maxDepth how many bases deep a delta may stand: setting "maxdepth", 0 to 4
 * @param packBytes when a pack that is being written is cut: setting "packbytes"
 * @param verifyWrites whether each tensor is decoded again and compared before it is acknowledged:
 *     setting "verifywrites"
 * @param graceDays how long a clean-up leaves what is out of reach: setting "gracedays"
 * @param reflogDays how long the logs of references are kept: setting "reflogdays"
 * @param autoGcDays after how many days a commit is followed by a clean-up: setting "autogcdays", 0
 *     for never
 * @param similarity the least share of its bytes a base must be expected to save, 0 to 1, or else
 *     another is looked for among all stored tensors: setting "similarity"; at 1, as in all presets
 *     but space, none is ever looked for, because looking takes time: a tensor is then only encoded
 *     against the one of its name
 * @param clustering how a repack chooses bases unless told otherwise: setting "clustering"
 */
public record RepositoryOptions(
    Effort effort,
    int maxDepth,
    long packBytes,
    boolean verifyWrites,
    int graceDays,
    int reflogDays,
    int autoGcDays,
    double similarity,
    ClusteringStrategy clustering) {

  private static final int MAX_DAYS = 36_500;
  private static final double SIMILARITY = 0.02;
  private static final double UNSEARCHED = 1;

  /** Checks the ranges. */
  public RepositoryOptions {
    requireRange("maxdepth", maxDepth, 0, 4);
    requireRange("packbytes", packBytes, 1, Long.MAX_VALUE);
    requireRange("gracedays", graceDays, 0, MAX_DAYS);
    requireRange("reflogdays", reflogDays, 0, MAX_DAYS);
    requireRange("autogcdays", autoGcDays, 0, MAX_DAYS);
    if (!(similarity >= 0 && similarity <= 1)) {
      throw new InvalidInputException(
          "The setting similarity lies between 0 and 1, not at " + similarity + ".");
    }
  }

  private static void requireRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidInputException(
          "The setting "
              + key
              + " lies between "
              + least
              + " and "
              + most
              + ", not at "
              + value
              + ".");
    }
  }

  /** What suits most: balanced effort, depth 1, packs of 64 MiB. */
  public static RepositoryOptions defaults() {
    return new RepositoryOptions(
        Effort.BALANCED, 1, 64L << 20, false, 14, 90, 0, UNSEARCHED, ClusteringStrategy.ADAPTIVE);
  }

  /** As small as it gets: every effort, and deltas of deltas, which cost time to read. */
  public static RepositoryOptions space() {
    return new RepositoryOptions(
        Effort.MAX, 4, 64L << 20, false, 14, 90, 0, SIMILARITY, ClusteringStrategy.ADAPTIVE);
  }

  /** As fast as it gets. */
  public static RepositoryOptions speed() {
    return new RepositoryOptions(
        Effort.FAST, 1, 64L << 20, false, 14, 90, 0, UNSEARCHED, ClusteringStrategy.ADAPTIVE);
  }

  /** Small packs, for small heaps. */
  public static RepositoryOptions memory() {
    return new RepositoryOptions(
        Effort.BALANCED, 1, 8L << 20, false, 14, 90, 0, UNSEARCHED, ClusteringStrategy.ADAPTIVE);
  }

  /**
   * Returns a preset by its name: default, space, speed or memory.
   *
   * @throws InvalidInputException if there is none of that name
   */
  public static RepositoryOptions preset(String name) {
    return switch (name) {
      case "default" -> defaults();
      case "space" -> space();
      case "speed" -> speed();
      case "memory" -> memory();
      default ->
          throw new InvalidInputException(
              "There is no preset "
                  + Quoted.name(name)
                  + "; choose default, space, speed or memory.");
    };
  }

  /** Returns every setting as it is written, by its key. */
  public SortedMap<String, String> settings() {
    TreeMap<String, String> all = new TreeMap<>();
    all.put("effort", effort.name().toLowerCase(Locale.ROOT));
    all.put("maxdepth", Integer.toString(maxDepth));
    all.put("packbytes", Long.toString(packBytes));
    all.put("verifywrites", Boolean.toString(verifyWrites));
    all.put("gracedays", Integer.toString(graceDays));
    all.put("reflogdays", Integer.toString(reflogDays));
    all.put("autogcdays", Integer.toString(autoGcDays));
    all.put("similarity", Double.toString(similarity));
    all.put("clustering", clustering.name().toLowerCase(Locale.ROOT));
    return Collections.unmodifiableSortedMap(all);
  }

  /**
   * Returns these options with one setting changed.
   *
   * @param key one of those {@link #settings} returns
   * @throws InvalidInputException if there is no such setting, or it cannot have that value
   */
  public RepositoryOptions with(String key, String value) {
    try {
      return switch (key) {
        case "effort" -> withEffort(Effort.valueOf(value.toUpperCase(Locale.ROOT)));
        case "maxdepth" -> withMaxDepth(Integer.parseInt(value));
        case "packbytes" -> withPackBytes(Long.parseLong(value));
        case "verifywrites" -> withVerifyWrites(parseBoolean(value));
        case "gracedays" -> withDays(Integer.parseInt(value), reflogDays, autoGcDays);
        case "reflogdays" -> withDays(graceDays, Integer.parseInt(value), autoGcDays);
        case "autogcdays" -> withDays(graceDays, reflogDays, Integer.parseInt(value));
        case "similarity" -> withSimilarity(Double.parseDouble(value));
        case "clustering" ->
            withClustering(ClusteringStrategy.valueOf(value.toUpperCase(Locale.ROOT)));
        default ->
            throw new InvalidInputException(
                "There is no setting "
                    + Quoted.name(key)
                    + "; there are "
                    + String.join(", ", settings().keySet())
                    + ".");
      };
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          "The setting " + key + " cannot be " + Quoted.name(value) + "; see 'coral config'.", e);
    }
  }

  private static boolean parseBoolean(String value) {
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return value.equals("true");
  }

  /** Returns these options with another effort. */
  public RepositoryOptions withEffort(Effort other) {
    return new RepositoryOptions(
        other,
        maxDepth,
        packBytes,
        verifyWrites,
        graceDays,
        reflogDays,
        autoGcDays,
        similarity,
        clustering);
  }

  /** Returns these options with writes verified, or not. */
  public RepositoryOptions withVerifyWrites(boolean other) {
    return new RepositoryOptions(
        effort,
        maxDepth,
        packBytes,
        other,
        graceDays,
        reflogDays,
        autoGcDays,
        similarity,
        clustering);
  }

  /** Returns these options with a clean-up after so many days; 0 for never. */
  public RepositoryOptions withAutoGcDays(int other) {
    return withDays(graceDays, reflogDays, other);
  }

  /** Returns these options with another least saving of bases that are looked for. */
  public RepositoryOptions withSimilarity(double other) {
    return new RepositoryOptions(
        effort,
        maxDepth,
        packBytes,
        verifyWrites,
        graceDays,
        reflogDays,
        autoGcDays,
        other,
        clustering);
  }

  /** Returns these options with another way to choose bases in a repack. */
  public RepositoryOptions withClustering(ClusteringStrategy other) {
    return new RepositoryOptions(
        effort,
        maxDepth,
        packBytes,
        verifyWrites,
        graceDays,
        reflogDays,
        autoGcDays,
        similarity,
        other);
  }

  private RepositoryOptions withMaxDepth(int other) {
    return new RepositoryOptions(
        effort,
        other,
        packBytes,
        verifyWrites,
        graceDays,
        reflogDays,
        autoGcDays,
        similarity,
        clustering);
  }

  private RepositoryOptions withPackBytes(long other) {
    return new RepositoryOptions(
        effort,
        maxDepth,
        other,
        verifyWrites,
        graceDays,
        reflogDays,
        autoGcDays,
        similarity,
        clustering);
  }

  private RepositoryOptions withDays(int grace, int reflog, int autoGc) {
    return new RepositoryOptions(
        effort, maxDepth, packBytes, verifyWrites, grace, reflog, autoGc, similarity, clustering);
  }

  /** Returns whether bases are looked for among all stored tensors. */
  public boolean searchesBases() {
    return similarity < 1;
  }

  /** Reads the settings of a repository; keys of other programs are left alone. */
  static RepositoryOptions of(Map<String, String> settings) {
    RepositoryOptions options = defaults();
    for (String key : defaults().settings().keySet()) {
      String value = settings.get(key);
      options = value == null ? options : options.with(key, value);
    }
    return options;
  }

  /** Returns how careful a clean-up is by these settings. */
  public GcOptions gc() {
    return new GcOptions(Duration.ofDays(graceDays), Duration.ofDays(reflogDays));
  }

  StoreOptions store(Clock clock) {
    return StoreOptions.defaults()
        .withEffort(effort)
        .withMaxDepth(maxDepth)
        .withPackBytes(packBytes)
        .withVerifyWrites(verifyWrites)
        .withClock(clock);
  }
}
