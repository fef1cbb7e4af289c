package io.coralml.junit;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one benchmark with one set of arguments gave. Immutable.
 *
 * @param id names the benchmark and its arguments, and is the same from run to run: {@code
 *     org.example.CodecBenchmark.encode[effort=FAST,size=1024]}
 * @param suite the suite it belongs to
 * @param name its name without arguments, such as {@code CodecBenchmark.encode}
 * @param displayName its name for a person, with arguments
 * @param className the binary name of the class that was run
 * @param methodName the name of the method
 * @param mode what was measured
 * @param parameters the arguments by parameter name, as text; injected parameters do not count
 * @param tags the JUnit tags, the suite among them
 * @param settings how it was measured: blocks, operations per block, warm-up, threads, forks
 * @param status how it ended
 * @param failure why it failed or was aborted; {@code null} when it passed
 * @param label how far the blocks agree
 * @param metrics the values by key
 * @param samples nanoseconds per operation of each measured block (or of each repetition of a
 *     scenario), in the order of time; empty in a functional run
 * @param histogram the latencies in {@link Mode#LATENCY}, ascending; else empty
 * @param warnings what a reader must know before believing the numbers, one sentence each
 * @param stages what was done, in order
 * @param attachments files that belong to the result
 * @param start when it began
 * @param stop when it ended
 */
public record BenchmarkResult(
    String id,
    String suite,
    String name,
    String displayName,
    String className,
    String methodName,
    Mode mode,
    SortedMap<String, String> parameters,
    SortedSet<String> tags,
    SortedMap<String, String> settings,
    Status status,
    @Nullable Throwable failure,
    Stability label,
    SortedMap<String, Metric> metrics,
    List<Double> samples,
    List<HistogramBucket> histogram,
    List<String> warnings,
    List<Stage> stages,
    List<Attachment> attachments,
    Instant start,
    Instant stop) {

  /** Copies the collections. */
  public BenchmarkResult {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    samples = List.copyOf(samples);
    histogram = List.copyOf(histogram);
    warnings = List.copyOf(warnings);
    stages = List.copyOf(stages);
    attachments = List.copyOf(attachments);
  }
}
