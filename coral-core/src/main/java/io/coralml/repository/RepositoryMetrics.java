package io.coralml.repository;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Counts in a Micrometer registry what happens in a repository. Needs {@code micrometer-core} on
 * the class path; nothing else in the library does.
 *
 * <pre>{@code
 * repository.addListener(new RepositoryMetrics(registry));
 * }</pre>
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tag</th><th>what</th></tr>
 * <tr><td>{@code coral.tensors}</td><td>{@code kind}: whole, duplicate, delta</td>
 *     <td>tensors put</td></tr>
 * <tr><td>{@code coral.bytes.raw}</td><td>the same</td><td>their bytes before encoding</td></tr>
 * <tr><td>{@code coral.bytes.stored}</td><td>the same</td><td>their bytes in packs</td></tr>
 * <tr><td>{@code coral.commits}</td><td></td><td>timer of commits, until durable</td></tr>
 * <tr><td>{@code coral.gc}</td><td></td><td>timer of clean-ups</td></tr>
 * <tr><td>{@code coral.gc.bytes}</td><td></td><td>bytes of tensors that were removed</td></tr>
 * </table>
 *
 * Thread-safe.
 */
public final class RepositoryMetrics implements RepositoryListener {
  private final Tensors whole;
  private final Tensors duplicate;
  private final Tensors delta;
  private final Timer commits;
  private final Timer cleanUps;
  private final Counter removedBytes;

  private record Tensors(Counter count, Counter raw, Counter stored) {
    static Tensors of(MeterRegistry registry, String kind) {
      return new Tensors(
          registry.counter("coral.tensors", "kind", kind),
          counter(registry, "coral.bytes.raw", kind),
          counter(registry, "coral.bytes.stored", kind));
    }

    private static Counter counter(MeterRegistry registry, String name, String kind) {
      return Counter.builder(name).tag("kind", kind).baseUnit("bytes").register(registry);
    }

    void add(long rawBytes, long storedBytes) {
      count.increment();
      raw.increment((double) rawBytes);
      stored.increment((double) storedBytes);
    }
  }

  /** Registers the meters. */
  public RepositoryMetrics(MeterRegistry registry) {
    whole = Tensors.of(registry, "whole");
    duplicate = Tensors.of(registry, "duplicate");
    delta = Tensors.of(registry, "delta");
    commits = registry.timer("coral.commits");
    cleanUps = registry.timer("coral.gc");
    removedBytes = Counter.builder("coral.gc.bytes").baseUnit("bytes").register(registry);
  }

  @Override
  public void on(RepositoryEvent event) {
    if (event instanceof RepositoryEvent.Put put) {
      whole.add(put.rawBytes(), put.storedBytes());
    } else if (event instanceof RepositoryEvent.DedupHit hit) {
      duplicate.add(hit.rawBytes(), 0);
    } else if (event instanceof RepositoryEvent.Delta put) {
      delta.add(put.rawBytes(), put.storedBytes());
    } else if (event instanceof RepositoryEvent.Committed committed) {
      commits.record(committed.took());
    } else if (event instanceof RepositoryEvent.CleanedUp cleaned) {
      cleanUps.record(cleaned.took());
      removedBytes.increment((double) cleaned.report().tensors().unreachableBytes());
    }
  }
}
