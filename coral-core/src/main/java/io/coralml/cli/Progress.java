package io.coralml.cli;

import io.coralml.format.TensorFile;
import io.coralml.store.PutBatch;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Shows on standard error how far long work has come, as long as it is open, if people watch there.
 * Work that ends within {@value #PATIENCE_MILLIS} ms shows nothing.
 *
 * <p>What is counted are the bytes read of the tensors that {@link #watch} handed out, each as
 * often as it has to be read; work that hands out none shows only how long it takes.
 */
final class Progress implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 300;
  private static final long EVERY_MILLIS = 100;
  private static final int BAR = 20;
  private static final int LABEL = 24;

  /** Returns the cursor to the start of the line and clears the line. */
  private static final String CLEAR = "\r\u001b[K";

  private final PrintWriter out;
  private final String label;
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong total = new AtomicLong();
  private final Thread painter;

  private Progress(PrintWriter out, String label) {
    this.out = out;
    this.label = label.length() > LABEL ? label.substring(0, LABEL - 1) + "…" : label;
    this.painter = new Thread(this::paint, "coral-progress");
    this.painter.setDaemon(true);
  }

  /** Begins to show the work called so. */
  static Progress begin(Shell shell, String label) {
    Progress progress = new Progress(shell.err(), Texts.name(label));
    if (shell.isWatched()) {
      progress.painter.start();
    }
    return progress;
  }

  private void paint() {
    long began = System.nanoTime();
    boolean painted = false;
    try {
      Thread.sleep(PATIENCE_MILLIS);
      while (true) {
        out.print(CLEAR + line(System.nanoTime() - began));
        out.flush();
        painted = true;
        Thread.sleep(EVERY_MILLIS);
      }
    } catch (InterruptedException e) {
      // The work is over.
      if (painted) {
        out.print(CLEAR);
        out.flush();
      }
    }
  }

  /** Returns what is shown after some time; at most 79 columns. */
  String line(long nanos) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(nanos);
    long all = total.get();
    long now = Math.min(done.get(), all);
    if (all == 0) {
      return label + "  " + seconds + " s";
    }
    double share = (double) now / all;
    int full = (int) (share * BAR);
    String line =
        label
            + "  ["
            + "#".repeat(full)
            + "-".repeat(BAR - full)
            + "] "
            + (int) (100 * share)
            + " %  "
            + Texts.bytes(all);
    return now == 0
        ? line
        : line + "  " + Math.round(nanos / 1e9 * (1 - share) / share) + " s left";
  }

  /** Returns the tensors of a file, watched; closing it closes the file. */
  TensorFile watch(TensorFile file) {
    return watched(file, watch(file.tensors()));
  }

  /** Returns the same of a file that is to be stored, for which large tensors are read twice. */
  TensorFile watchStored(TensorFile file) {
    return watched(file, watch(file.tensors(), PutBatch.SMALL_BYTES));
  }

  private static TensorFile watched(TensorFile file, Map<String, TensorSource> tensors) {
    return new TensorFile() {
      @Override
      public Set<String> names() {
        return file.names();
      }

      @Override
      public TensorSource tensor(String name) {
        TensorSource watched = tensors.get(name);
        return watched == null ? file.tensor(name) : watched;
      }

      @Override
      public Map<String, String> metadata() {
        return file.metadata();
      }

      @Override
      public void close() {
        file.close();
      }
    };
  }

  /** Returns tensors whose reading is watched. */
  Map<String, TensorSource> watch(Map<String, TensorSource> tensors) {
    return watch(tensors, Long.MAX_VALUE);
  }

  private Map<String, TensorSource> watch(Map<String, TensorSource> tensors, long readOnce) {
    Map<String, TensorSource> watched = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          int times = tensor.byteLength() > readOnce ? 2 : 1;
          total.addAndGet(times * tensor.byteLength());
          watched.put(name, new Watched(tensor, times, done));
        });
    return Collections.unmodifiableMap(watched);
  }

  @Override
  public void close() {
    painter.interrupt();
    try {
      painter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tensor that says how much of it has been read, from its start, once or another time. */
  private static final class Watched implements TensorSource {
    private final TensorSource source;
    private final int times;
    private final AtomicLong done;
    private final AtomicLong furthest = new AtomicLong();

    Watched(TensorSource source, int times, AtomicLong done) {
      this.source = source;
      this.times = times;
      this.done = done;
    }

    @Override
    public DType dtype() {
      return source.dtype();
    }

    @Override
    public Shape shape() {
      return source.shape();
    }

    @Override
    public long byteLength() {
      return source.byteLength();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      boolean again = times > 1 && furthest.get() >= byteLength();
      long end = position + into.remaining() + (again ? byteLength() : 0);
      source.read(position, into);
      long before = furthest.getAndAccumulate(end, Math::max);
      done.addAndGet(Math.max(0, end - before));
    }

    @Override
    public TensorId id() {
      return source.id();
    }
  }
}
