package io.coralml.training;

import io.coralml.InvalidInputException;
import io.coralml.history.Author;
import io.coralml.history.CommitId;
import io.coralml.history.CommitMetadata;
import io.coralml.history.HistorySession;
import io.coralml.history.HistoryView;
import io.coralml.history.Quoted;
import io.coralml.history.RefNames;
import io.coralml.history.Tag;
import io.coralml.history.TensorPointer;
import io.coralml.repository.Repository;
import io.coralml.store.PutBatch;
import io.coralml.store.PutRequest;
import io.coralml.store.PutResult;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The checkpoints of one run in a repository: reads, writes and removes them. What they look like
 * there is specified in {@link CheckpointManager}. For one thread at a time.
 */
final class CheckpointLog {
  /** What the names of the state's tensors begin with, beside the weights in the same commit. */
  static final String STATE = "training/state/";

  private static final String TAGS = "checkpoints/";
  private static final String BRANCHES = "training/";

  private final Repository repository;
  private final String run;
  private final Map<Integer, Checkpoint> known = new HashMap<>();
  private Map<String, TensorId> newest = Map.of();

  CheckpointLog(Repository repository, String run) {
    if (run.contains("/") || !RefNames.isValid(tag(run, 1))) {
      throw new InvalidInputException(
          "No run can be called "
              + Quoted.name(run)
              + "; take letters, digits and dashes, without slashes.");
    }
    this.repository = repository;
    this.run = run;
  }

  String run() {
    return run;
  }

  /** What is to become a checkpoint. */
  record Draft(TrainingState state, Map<String, TensorSource> weights, Progress after) {}

  /** What came of writing one. */
  record Written(Checkpoint checkpoint, List<Checkpoint> removed, int kept) {}

  static String tag(String run, int number) {
    return TAGS + run + "/" + String.format("%06d", number);
  }

  static String branch(String run) {
    return BRANCHES + run;
  }

  /** Returns the checkpoints there are, oldest first. */
  List<Checkpoint> list() {
    return list(repository.history());
  }

  private List<Checkpoint> list(HistoryView view) {
    String prefix = TAGS + run + "/";
    List<Checkpoint> all = new ArrayList<>();
    for (Tag tag : repository.history().tags().tailMap(prefix).values()) {
      if (!tag.name().startsWith(prefix)) {
        break;
      }
      String digits = tag.name().substring(prefix.length());
      if (digits.chars().allMatch(c -> c >= '0' && c <= '9') && digits.length() <= 9) {
        all.add(read(view, Integer.parseInt(digits), tag.commit()));
      }
    }
    all.sort(Comparator.comparingInt(Checkpoint::number));
    return all;
  }

  private Checkpoint read(HistoryView view, int number, CommitId commit) {
    Checkpoint read = known.get(number);
    if (read == null || !read.commit().equals(commit)) {
      read = StateNotes.read(commit, view.metadata(commit).commit());
      known.put(number, read);
    }
    return read;
  }

  /** Returns what the run had saved when it made a checkpoint. */
  Progress progress(Checkpoint checkpoint) {
    return StateNotes.progress(
        checkpoint, repository.history().metadata(checkpoint.commit()).commit());
  }

  /** Opens what a checkpoint holds. */
  Restored restore(Checkpoint checkpoint) {
    Map<String, TensorSource> weights = new TreeMap<>();
    Map<String, TensorSource> state = new TreeMap<>();
    repository
        .snapshot(checkpoint.commit())
        .sources()
        .forEach(
            (name, source) -> {
              if (name.startsWith(STATE)) {
                state.put(name.substring(STATE.length()), source);
              } else {
                weights.put(name, source);
              }
            });
    return new Restored(
        checkpoint, checkpoint.state().tensors(state), Collections.unmodifiableMap(weights));
  }

  /**
   * Writes a checkpoint and forgets those that are not to be kept: durable when this returns. First
   * the tensors, then, in one turn to write the history, the commit, its tag, the branch if it is a
   * milestone, and last the tags that go.
   */
  Written write(Draft draft, Retention retention) {
    Map<String, TensorSource> tensors = new TreeMap<>(draft.weights());
    draft.state().tensors().forEach((name, source) -> tensors.put(STATE + name, source));
    try (PutBatch batch = repository.store().begin()) {
      SortedMap<String, TensorPointer> pointers = put(batch, tensors);
      batch.seal();
      try (HistorySession session = repository.history().begin()) {
        List<Checkpoint> all = list(session);
        Checkpoint written = commit(session, draft, pointers, all, retention);
        all.add(written);
        List<Checkpoint> gone =
            retention.removable(all, sizes(session, all, retention.maximumBytes()));
        gone.forEach(each -> session.deleteTag(each.tag()));
        session.publish();
        remember(written, pointers, gone);
        session.settle();
        return new Written(written, gone, all.size() - gone.size());
      }
    }
  }

  private void remember(
      Checkpoint written, SortedMap<String, TensorPointer> pointers, List<Checkpoint> gone) {
    known.put(written.number(), written);
    gone.forEach(each -> known.remove(each.number()));
    Map<String, TensorId> ids = new HashMap<>();
    pointers.forEach((name, pointer) -> ids.put(name, pointer.id()));
    newest = ids;
  }

  /** Puts tensors; each is likely to resemble the one of its name in the newest checkpoint. */
  private SortedMap<String, TensorPointer> put(PutBatch batch, Map<String, TensorSource> tensors) {
    if (newest.isEmpty()) {
      List<Checkpoint> all = list();
      if (!all.isEmpty()) {
        Map<String, TensorId> ids = new HashMap<>();
        repository
            .history()
            .forEachPointer(
                all.get(all.size() - 1).commit(), (name, pointer) -> ids.put(name, pointer.id()));
        newest = ids;
      }
    }
    List<String> names = List.copyOf(tensors.keySet());
    List<PutResult> results =
        batch.putAll(
            names.stream()
                .map(name -> new PutRequest(tensors.get(name), newest.get(name)))
                .toList());
    TreeMap<String, TensorPointer> pointers = new TreeMap<>();
    for (int i = 0; i < names.size(); i++) {
      TensorSource source = tensors.get(names.get(i));
      pointers.put(
          names.get(i),
          new TensorPointer(
              results.get(i).id(),
              source.dtype(),
              source.shape(),
              source.byteLength(),
              new TreeMap<>()));
    }
    return pointers;
  }

  private Checkpoint commit(
      HistorySession session,
      Draft draft,
      SortedMap<String, TensorPointer> pointers,
      List<Checkpoint> all,
      Retention retention) {
    int number = all.isEmpty() ? 1 : all.get(all.size() - 1).number() + 1;
    TrainingState state = draft.state().withoutTensors();
    Optional<TrainingState> milestone =
        all.stream().filter(Checkpoint::milestone).reduce((a, b) -> b).map(Checkpoint::state);
    boolean forGood = retention.isMilestone(milestone, state);
    Optional<CommitId> tip = session.branch(branch(run));
    Optional<CommitId> parent = tip.or(repository.history()::headCommit);
    TreeMap<String, Optional<TensorPointer>> changes = new TreeMap<>();
    parent.ifPresent(id -> session.names(id).forEach(name -> changes.put(name, Optional.empty())));
    pointers.forEach((name, pointer) -> changes.put(name, Optional.of(pointer)));
    CommitMetadata metadata =
        new CommitMetadata(
            StateNotes.write(run, number, forGood, state, draft.after()),
            parent.map(id -> session.metadata(id).model()).orElse(new TreeMap<>()));
    Author author = new Author(System.getProperty("user.name", "unknown"), "");
    String message = message(number, state);
    CommitId id =
        session.commit(
            parent.stream().toList(), changes, metadata, author, draft.after().time(), message);
    session.createTag(tag(run, number), id, Optional.empty());
    if (forGood) {
      session.moveBranch(
          branch(run),
          tip,
          id,
          new HistorySession.Note(author, draft.after().time(), "commit: " + message));
    }
    return new Checkpoint(run, number, id, draft.after().time(), forGood, state);
  }

  private String message(int number, TrainingState state) {
    return "Checkpoint "
        + number
        + " of "
        + run
        + ": epoch "
        + state.epoch()
        + ", step "
        + state.step()
        + state.figure(TrainingState.LOSS).stream()
            .mapToObj(loss -> ", loss " + (float) loss)
            .findFirst()
            .orElse("");
  }

  /**
   * Returns what each checkpoint takes in the packs: the stored bytes of its tensors, what several
   * share counted for the oldest that has it.
   */
  private java.util.function.ToLongFunction<Checkpoint> sizes(
      HistoryView view, List<Checkpoint> all, long maximumBytes) {
    Map<Checkpoint, Long> sizes = new HashMap<>();
    if (maximumBytes < Long.MAX_VALUE) {
      Set<TensorId> seen = new HashSet<>();
      for (Checkpoint each : all) {
        long[] bytes = {0};
        view.forEachPointer(
            each.commit(),
            (name, pointer) -> {
              if (seen.add(pointer.id())) {
                bytes[0] +=
                    repository.store().info(pointer.id()).map(StoredInfo::storedBytes).orElse(0L);
              }
            });
        sizes.put(each, bytes[0]);
      }
    }
    return each -> sizes.getOrDefault(each, 0L);
  }
}
