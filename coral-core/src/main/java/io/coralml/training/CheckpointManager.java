package io.coralml.training;

import io.coralml.CoralException;
import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.history.CommitId;
import io.coralml.history.Quoted;
import io.coralml.repository.Repository;
import io.coralml.repository.Transaction;
import io.coralml.tensor.TensorSource;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Saves the states of a training run as commits, in the background, and finds them again.
 *
 * <pre>{@code
 * CheckpointOptions options = CheckpointOptions.defaults()
 *     .saving(CheckpointPolicy.everySteps(500).or(CheckpointPolicy.onBest("loss", Goal.MIN)))
 *     .keeping(Retention.last(10).andBest("loss", Goal.MIN, 1));
 * try (CheckpointManager checkpoints = CheckpointManager.open(repository, "mnist", options)) {
 *   checkpoints.latest().map(checkpoints::restore).ifPresent(this::goOnFrom);
 *   while (train()) {
 *     checkpoints.offer(TrainingState.at(epoch, step).loss(loss), this::weights);
 *   }
 * }
 * }</pre>
 *
 * <p>The thread that trains is held up only while a checkpoint that is due is copied; background
 * threads, at low priority and on all processors but one, compress and write. They never fall
 * behind without bound: when the memory for copies is used up, a checkpoint is put off until there
 * is room, or the training thread waits for it, whichever the options say. What went wrong in the
 * background is thrown by the next call, and by {@link #close} if there was none; each failure
 * once. A checkpoint that could not be saved is due again; one that is saved stays so when a
 * listener or the clean-up after it fails, and the message says which of the two it was.
 *
 * <h2>In the repository</h2>
 *
 * Each checkpoint is a commit with exactly the weights under their names, the tensors of the state
 * under {@code training/state/NAME}, and notes ({@code coral log} shows them) of all figures. A tag
 * {@code checkpoints/RUN/NUMBER} keeps it; tags have no log, so a clean-up returns the space as
 * soon as the tag is gone and the grace period over. What is kept for good, a milestone, is also
 * the next commit of the branch {@code training/RUN}; the parent of every checkpoint is the newest
 * milestone before it, or the commit HEAD stood for when there was none. A checkpoint that may go
 * is therefore nobody's parent, and none that stays ever changes its id.
 *
 * <p>A checkpoint is there as a whole or not at all, whenever the process dies. Thread-safe; one
 * run should have one manager at a time.
 */
public final class CheckpointManager implements AutoCloseable {
  private static final String NOT_SAVED = "A checkpoint could not be saved: ";
  private static final String IS_SAVED =
      "A checkpoint is saved, but a listener or the clean-up after it failed: ";

  private final Repository repository;
  private final CheckpointOptions options;
  private final CheckpointLog log;
  private final CopyBuffers buffers;
  private final BackgroundThreads background;

  // Guarded by this.
  private Progress offered;
  private Progress durable;
  private @Nullable CoralException failure;
  private int pending;
  private boolean closed;

  // For the background thread alone.
  private int removedSinceCleanUp;

  /** Who writes, and tells the listeners; whoever waits for the background must not be this one. */
  private volatile @Nullable Thread writer;

  private CheckpointManager(Repository repository, String run, CheckpointOptions options) {
    this.repository = repository;
    this.options = options;
    this.log = new CheckpointLog(repository, run);
    this.buffers = new CopyBuffers(options.memoryBytes());
    Progress begun = Progress.begun(now());
    this.durable =
        newest(log.list()).map(log::progress).map(it -> it.takenUp(begun.time())).orElse(begun);
    this.offered = durable;
    this.background = new BackgroundThreads(run);
  }

  /**
   * Begins a run, or takes it up where its checkpoints end.
   *
   * @param repository where to save; it must stay open longer than the manager
   * @param run a name without slashes, the same each time the run is taken up
   * @throws InvalidInputException if no run can have that name
   */
  public static CheckpointManager open(
      Repository repository, String run, CheckpointOptions options) {
    return new CheckpointManager(repository, run, options);
  }

  private Instant now() {
    return options.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Offers the present state. If the policy says so, it is copied and will be saved; when this
   * returns, the weights may change again.
   *
   * @param weights the model's tensors by name; asked for only if a checkpoint is due
   * @return whether a checkpoint will be made of it
   * @throws CoralException if an earlier checkpoint failed
   * @throws InvalidInputException if the checkpoint is larger than the memory for copies, or two of
   *     its tensors would have one name
   */
  public boolean offer(
      TrainingState state, Supplier<? extends Map<String, ? extends TensorSource>> weights) {
    return accept(state, weights, false);
  }

  /**
   * Saves the present state, whatever the policy says, waiting for room if there is none.
   *
   * @throws CoralException as {@link #offer} does
   */
  public void save(TrainingState state, Map<String, ? extends TensorSource> weights) {
    accept(state, () -> weights, true);
  }

  private synchronized boolean accept(
      TrainingState state,
      Supplier<? extends Map<String, ? extends TensorSource>> weights,
      boolean always) {
    requireOpen();
    throwFailure();
    Instant now = now();
    if (!always && !options.policy().isDue(offered, state, now)) {
      return false;
    }
    Map<String, ? extends TensorSource> tensors = weights.get();
    requireNames(tensors);
    CopyBuffers.Reserved memory =
        reserve(
            CopyBuffers.bytes(tensors) + CopyBuffers.bytes(state.tensors()),
            always || options.waiting());
    if (memory == null) {
      options.listeners().forEach(each -> each.postponed(state));
      return false;
    }
    try {
      // Another thread may have closed this one while there was no room.
      requireOpen();
      TrainingState copied = state.tensors(memory.copy(state.tensors()));
      Progress after = offered.after(state, now);
      CheckpointLog.Draft draft = new CheckpointLog.Draft(copied, memory.copy(tensors), after);
      background.execute(() -> write(draft, memory));
      offered = after;
      pending++;
      return true;
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /** Returns null if there is no room and nobody waits. Waiting lets the background thread in. */
  private synchronized CopyBuffers.@Nullable Reserved reserve(long bytes, boolean waiting) {
    try {
      CopyBuffers.Reserved memory = buffers.reserve(bytes);
      while (memory == null && waiting) {
        requireOtherThread();
        wait();
        memory = buffers.reserve(bytes);
      }
      return memory;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StorageException("Interrupted while a checkpoint waited for room.", e);
    }
  }

  private static void requireNames(Map<String, ? extends TensorSource> tensors) {
    for (String name : tensors.keySet()) {
      if (name.startsWith(CheckpointLog.STATE)) {
        throw new InvalidInputException(
            "The weight "
                + Quoted.name(name)
                + " has a name that belongs to the state's tensors; rename it.");
      }
    }
  }

  private void write(CheckpointLog.Draft draft, CopyBuffers.Reserved memory) {
    Throwable thrown = null;
    boolean saved = false;
    writer = Thread.currentThread();
    try {
      CheckpointLog.Written written;
      try (memory) {
        written = log.write(draft, options.retention());
      }
      saved = true;
      synchronized (this) {
        durable = draft.after();
      }
      afterwards(written);
    } catch (RuntimeException | Error e) {
      thrown = e;
    }
    writer = null;
    synchronized (this) {
      // First, for what follows may run out of memory, and somebody may be waiting for this.
      pending--;
      notifyAll();
      if (!saved) {
        offered = durable;
      }
      if (thrown != null) {
        String what = saved ? IS_SAVED : NOT_SAVED;
        note(new CoralException(what + thrown.getMessage(), thrown));
      }
    }
  }

  private synchronized void note(CoralException thrown) {
    if (failure == null) {
      failure = thrown;
    } else {
      failure.addSuppressed(thrown);
    }
  }

  /**
   * What is done when a checkpoint is durable; if it fails the checkpoint is there all the same.
   * One that fails keeps none of the others from being done: above all not the clean-up.
   */
  private void afterwards(CheckpointLog.Written written) {
    List<Runnable> all = new ArrayList<>();
    for (CheckpointListener each : options.listeners()) {
      all.add(() -> each.saved(written.checkpoint()));
      written.removed().forEach(gone -> all.add(() -> each.removed(gone)));
    }
    all.add(() -> cleanUp(written));
    RuntimeException failed = null;
    for (Runnable each : all) {
      try {
        each.run();
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = e;
        } else if (failed != e) {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** Cleans up when as many checkpoints went as half of those that stay: the cost is shared. */
  private void cleanUp(CheckpointLog.Written written) {
    removedSinceCleanUp += written.removed().size();
    if (options.cleanUp().isPresent()
        && removedSinceCleanUp > 0
        && removedSinceCleanUp >= written.kept() / 2) {
      removedSinceCleanUp = 0;
      repository.gc(options.cleanUp().get());
    }
  }

  private synchronized void throwFailure() {
    CoralException thrown = failure;
    if (thrown != null) {
      failure = null;
      throw thrown;
    }
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new InvalidInputException("These checkpoints are closed; open them again.");
    }
  }

  /**
   * Waits until everything that was accepted is durable.
   *
   * @throws CoralException if a checkpoint, or what is done after one, failed
   * @throws InvalidInputException if a listener calls this while it is told something: it would
   *     wait for itself
   */
  public synchronized void flush() {
    requireOtherThread();
    awaitIdle();
    throwFailure();
  }

  private void requireOtherThread() {
    if (Thread.currentThread() == writer) {
      throw new InvalidInputException(
          "A listener cannot wait for the thread that calls it; wait for checkpoints elsewhere.");
    }
  }

  /** Waits without giving in to interrupts: what is being written is written. */
  private synchronized void awaitIdle() {
    boolean interrupted = false;
    while (pending > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the checkpoints that are durable, oldest first. */
  public List<Checkpoint> checkpoints() {
    // Not the log of the background thread, which remembers what it reads.
    return List.copyOf(new CheckpointLog(repository, log.run()).list());
  }

  /** Returns the newest durable checkpoint. */
  public Optional<Checkpoint> latest() {
    return newest(checkpoints());
  }

  private static Optional<Checkpoint> newest(List<Checkpoint> all) {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * Returns the best durable checkpoint by a figure, of equal ones the oldest.
   *
   * @param figure the name of a metric, or {@value TrainingState#LOSS}
   */
  public Optional<Checkpoint> best(String figure, Goal goal) {
    return checkpoints().stream()
        .filter(each -> each.state().figure(figure).isPresent())
        .reduce(
            (old, next) ->
                goal.isBetter(
                        next.state().figure(figure).getAsDouble(),
                        old.state().figure(figure).getAsDouble())
                    ? next
                    : old);
  }

  /** Opens what a checkpoint holds; nothing is read before it is asked for. */
  public Restored restore(Checkpoint checkpoint) {
    return log.restore(checkpoint);
  }

  /**
   * Makes the weights of a checkpoint, without the state, the next commit of a branch: the model
   * that came out of the run. Costs next to nothing, for the tensors are there.
   */
  public CommitId promote(Checkpoint checkpoint, String branch) {
    try (Transaction transaction = repository.transaction(branch)) {
      return transaction
          .replaceAll()
          .putAll(restore(checkpoint).weights())
          .metadata(repository.snapshot(checkpoint.commit()).metadata())
          .commit(
              repository.history().commit(checkpoint.commit()).subject() + ", chosen as the model");
    }
  }

  /**
   * Waits until everything that was accepted is durable, and ends.
   *
   * @throws CoralException if a checkpoint failed and nobody was told yet
   * @throws InvalidInputException if a listener calls this, as for {@link #flush}
   */
  @Override
  public void close() {
    requireOtherThread();
    synchronized (this) {
      closed = true;
      awaitIdle();
    }
    background.close();
    throwFailure();
  }
}
