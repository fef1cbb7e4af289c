package io.coralml.repository;

import io.coralml.CoralException;
import io.coralml.Log;
import io.coralml.history.CommitId;
import io.coralml.history.HistoryDamage;
import io.coralml.history.Quoted;
import io.coralml.history.RefNames;
import io.coralml.history.TensorPointer;
import io.coralml.io.Storage;
import io.coralml.store.CheckReport;
import io.coralml.store.ObjectStore;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Looks for damage in a repository, from the references down to the bits of the tensors. Changes
 * nothing; says what to do.
 */
final class Fsck {
  /** The part of the data a sample verifies. */
  private static final double SHARE = 0.1;

  /** How often it looks at the commits where something is wrong and the references change. */
  private static final int LOOKS = 5;

  private static final Log LOG = Log.of(Fsck.class);

  private final Repository repository;
  private final Storage storage;
  private final List<String> findings = new ArrayList<>();
  private final Set<String> repair = new LinkedHashSet<>();
  private final SortedMap<CommitId, Set<String>> affected = new TreeMap<>();
  private final Map<TensorId, Boolean> readable = new HashMap<>();

  Fsck(Repository repository, Storage storage) {
    this.repository = repository;
    this.storage = storage;
  }

  FsckReport run(FsckLevel level) {
    CheckReport store = repository.store().check(level.store(), SHARE);
    Set<TensorId> broken = new HashSet<>();
    for (CheckReport.Damage damage : store.damages()) {
      findings.add(damage.what());
      TensorId tensor = damage.tensor();
      if (tensor != null) {
        broken.add(tensor);
      }
      repair.add("coral fsck --repair    # moves damaged packs to quarantine, saves what is sound");
    }
    attempt(() -> staged(broken), "coral rm --staged --all");
    repository.history().check(level != FsckLevel.STRUCTURE).forEach(this::brokenHistory);
    references();
    Set<CommitId> commits = commits(broken);
    if (!affected.isEmpty()) {
      findings.add(
          affected.size()
              + (affected.size() == 1 ? " commit has" : " commits have")
              + " tensors that cannot be read; they are listed by name.");
      repair.add(
          "coral add FILE         # a file with the lost tensors: every commit has them again");
    }
    repair.addAll(findings.isEmpty() ? List.of() : List.of("coral fsck --level deep"));
    return new FsckReport(
        level,
        commits.size(),
        store.tensors(),
        store.bytesChecked(),
        findings,
        affected,
        List.copyOf(repair));
  }

  private void references() {
    NavigableMap<String, Optional<CommitId>> damaged = repository.history().damagedReferences();
    damaged.forEach(
        (ref, stood) ->
            findings.add(
                "The reference '"
                    + Quoted.escape(ref)
                    + "' is damaged; "
                    + stood
                        .map(at -> "its log says that it stood at " + at.abbreviated() + ".")
                        .orElse("no log says where it stood.")));
    // HEAD comes last: it can follow a branch only when that can be read.
    damaged.descendingMap().forEach((ref, stood) -> repair.add(remedy(ref, stood.isPresent())));
  }

  private static String remedy(String ref, boolean logged) {
    if (ref.startsWith(RefNames.HEADS)) {
      return logged
          ? "coral fsck --repair    # puts branches back to where their logs say they stood"
          : "coral branch -d "
              + Quoted.escape(ref.substring(RefNames.HEADS.length()))
              + "    # and make it again where it stood";
    }
    return ref.startsWith(RefNames.TAGS)
        ? "coral tag -d "
            + Quoted.escape(ref.substring(RefNames.TAGS.length()))
            + "    # and make it again where it was"
        : "coral switch BRANCH    # the branch that HEAD followed";
  }

  private static String restore() {
    return "copy .coral/objects and .coral/refs from a backup or a clone";
  }

  private void brokenHistory(HistoryDamage damage) {
    findings.add(damage.what());
    repair.add(
        damage
            .rebuildable()
            .map(pack -> "git index-pack .coral/" + pack + "    # makes its index anew")
            .orElseGet(Fsck::restore));
  }

  private void attempt(Runnable check, String remedy) {
    try {
      check.run();
    } catch (CoralException e) {
      if (!findings.contains(e.getMessage())) {
        findings.add(e.getMessage());
        repair.add(remedy);
      }
    }
  }

  /**
   * Looks at every commit, also at those that only a log names, because whoever goes back to one
   * wants it whole; again if some was given up meanwhile, and perhaps cleaned away.
   */
  private Set<CommitId> commits(Set<TensorId> broken) {
    List<String> before = List.copyOf(findings);
    Set<String> remedies = Set.copyOf(repair);
    Set<CommitId> all = new TreeSet<>();
    Set<CommitId> roots = new TreeSet<>();
    boolean wrong = true;
    for (int look = 0; wrong && (look == 0 || (look < LOOKS && !isCurrent(roots))); look++) {
      findings.subList(before.size(), findings.size()).clear();
      repair.retainAll(remedies);
      affected.clear();
      readable.clear();
      all.clear();
      roots.clear();
      attempt(
          () -> {
            roots.addAll(repository.history().namedCommits());
            all.addAll(repository.history().reachable(roots));
          },
          restore());
      all.forEach(id -> attempt(() -> tensors(id, broken), restore()));
      wrong = !findings.equals(before) || !affected.isEmpty();
    }
    return all;
  }

  private boolean isCurrent(Set<CommitId> roots) {
    try {
      return repository.history().namedCommits().equals(roots);
    } catch (CoralException e) {
      LOG.debug("The references cannot be read, as the report says.", e);
      return true;
    }
  }

  private void tensors(CommitId commit, Set<TensorId> broken) {
    repository
        .history()
        .forEachPointer(
            commit,
            (name, pointer) -> {
              if (broken.contains(pointer.id()) || !isStored(pointer)) {
                affected.computeIfAbsent(commit, any -> new TreeSet<>()).add(name);
              }
            });
  }

  private void staged(Set<TensorId> broken) {
    StagedChanges staged = new Staging(repository, storage).read();
    Set<String> unreadable = new TreeSet<>();
    staged
        .changes()
        .tensors()
        .forEach(
            (name, pointer) -> {
              if (pointer.isPresent()
                  && (broken.contains(pointer.get().id()) || !isStored(pointer.get()))) {
                unreadable.add(name);
              }
            });
    if (!unreadable.isEmpty()) {
      // What was forgotten or committed meanwhile is nobody's concern here.
      StagedChanges now = new Staging(repository, storage).read();
      unreadable.removeIf(name -> !now.changes().tensors().containsKey(name));
    }
    for (String name : unreadable) {
      findings.add("The staged tensor " + Quoted.name(name) + " cannot be read.");
      repair.add("coral add FILE         # a file with the staged tensors that cannot be read");
    }
  }

  private boolean isStored(TensorPointer pointer) {
    ObjectStore store = repository.store();
    return readable.computeIfAbsent(pointer.id(), id -> store.info(id).isPresent());
  }
}
