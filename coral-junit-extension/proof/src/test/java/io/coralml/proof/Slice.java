package io.coralml.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a part of the proof has found so far, one line of numbers for each observation, in a file,
 * so that a proof of half an hour can be taken in slices of a few minutes, whenever the machine is
 * quiet.
 *
 * <p>{@code coral.proof.slice=150} ends a run after that many seconds; a part that is not complete
 * is then aborted, and the next run goes on with it when it is given {@code
 * coral.proof.resume=true}. Without that every run begins anew.
 */
final class Slice {
  private static final long SECONDS = Long.getLong("coral.proof.slice", Long.MAX_VALUE / 2_000);
  private static final boolean RESUME = Boolean.getBoolean("coral.proof.resume");
  private static final Path FOLDER =
      Path.of(System.getProperty("coral.proof.folder", "target/proof"));

  private final Path file;
  private final List<double[]> found;

  private Slice(Path file, List<double[]> found) {
    this.file = file;
    this.found = found;
  }

  /** Opens what is known of a part of the proof. */
  static Slice of(String part) throws IOException {
    Files.createDirectories(FOLDER);
    Path file = FOLDER.resolve(part + ".csv");
    if (!RESUME) {
      Files.deleteIfExists(file);
    }
    return new Slice(file, Files.exists(file) ? read(file) : new ArrayList<>());
  }

  /** Reads what another part has found; empty when it has not been taken. */
  static List<double[]> peek(String part) throws IOException {
    Path file = FOLDER.resolve(part + ".csv");
    return Files.exists(file) ? read(file) : List.of();
  }

  private static List<double[]> read(Path file) throws IOException {
    List<double[]> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(",", -1);
      double[] values = new double[fields.length];
      for (int i = 0; i < fields.length; i++) {
        values[i] = Double.parseDouble(fields[i]);
      }
      lines.add(values);
    }
    return lines;
  }

  /** Keeps an observation. */
  void add(double... values) throws IOException {
    StringBuilder line = new StringBuilder();
    for (double value : values) {
      line.append(line.length() == 0 ? "" : ",").append(value);
    }
    Files.writeString(
        file, line.append('\n'), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    found.add(values.clone());
  }

  int size() {
    return found.size();
  }

  /** Returns one column of what was found. */
  List<Double> column(int index) {
    return found.stream().map(values -> values[index]).toList();
  }

  /** Ends the part when the slice is spent; the next run goes on with it. */
  void orGoOnLater(int wanted) {
    long lived = ManagementFactory.getRuntimeMXBean().getUptime();
    assumeTrue(
        lived < Duration.ofSeconds(SECONDS).toMillis(),
        () ->
            found.size()
                + " of "
                + wanted
                + " observations are in "
                + file
                + "; run again with -Dcoral.proof.resume=true to go on.");
  }
}
