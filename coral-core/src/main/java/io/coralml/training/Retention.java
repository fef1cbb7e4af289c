package io.coralml.training;

import io.coralml.InvalidInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Says which checkpoints are kept: those any of its rules asks for, as far as they fit its budget.
 * A pure function of the checkpoints there are. The newest one is always kept, and so is every
 * milestone.
 *
 * @param everything whether all are kept: for good, unless there is a budget
 * @param last how many of the newest are kept
 * @param best how many of the best are kept, by each figure
 * @param milestones what is kept for good
 * @param maximumBytes how much all of them together may take; the oldest that are no milestones go
 *     first
 */
public record Retention(
    boolean everything, int last, List<Best> best, List<Milestones> milestones, long maximumBytes) {

  /**
   * Keeps the best by one figure; of equal ones the older.
   *
   * @param figure the name of a metric, or {@value TrainingState#LOSS}
   * @param goal which values are good
   * @param count how many
   */
  public record Best(String figure, Goal goal, int count) {}

  /** What milestones count. */
  public enum Unit {
    /** Optimiser steps. */
    STEPS,
    /** Epochs. */
    EPOCHS;

    long of(TrainingState state) {
      return this == STEPS ? state.step() : state.epoch();
    }
  }

  /**
   * Keeps for good the first checkpoint at or behind each multiple.
   *
   * @param every how many steps or epochs lie between two
   * @param unit which of them
   */
  public record Milestones(long every, Unit unit) {
    boolean isPassed(Optional<TrainingState> before, TrainingState state) {
      return unit.of(state) / every > before.map(it -> unit.of(it) / every).orElse(0L);
    }
  }

  /** Checks the counts and copies the lists. */
  public Retention {
    best = List.copyOf(best);
    milestones = List.copyOf(milestones);
    if (last < 0
        || maximumBytes < 1
        || best.stream().anyMatch(each -> each.count() < 1)
        || milestones.stream().anyMatch(each -> each.every() < 1)) {
      throw new InvalidInputException(
          "To keep none, or milestones without distance, makes no sense; give 1 or more.");
    }
  }

  /** Keeps all for good; with a budget, as many as fit it. */
  public static Retention all() {
    return new Retention(true, 0, List.of(), List.of(), Long.MAX_VALUE);
  }

  /** Keeps the newest ones. */
  public static Retention last(int count) {
    return new Retention(false, count, List.of(), List.of(), Long.MAX_VALUE);
  }

  /** Keeps the best ones by a figure, too. */
  public Retention andBest(String figure, Goal goal, int count) {
    List<Best> more = new ArrayList<>(best);
    more.add(new Best(figure, goal, count));
    return new Retention(everything, last, more, milestones, maximumBytes);
  }

  /** Keeps one for good for every so many epochs, too. */
  public Retention andMilestoneEveryEpochs(long epochs) {
    return andMilestones(new Milestones(epochs, Unit.EPOCHS));
  }

  /** Keeps one for good for every so many steps, too. */
  public Retention andMilestoneEverySteps(long steps) {
    return andMilestones(new Milestones(steps, Unit.STEPS));
  }

  private Retention andMilestones(Milestones rule) {
    List<Milestones> more = new ArrayList<>(milestones);
    more.add(rule);
    return new Retention(everything, last, best, more, maximumBytes);
  }

  /** Keeps no more than fits so many bytes; milestones and the newest are kept even so. */
  public Retention within(long bytes) {
    return new Retention(everything, last, best, milestones, bytes);
  }

  /**
   * Returns whether a state that is about to be saved is a milestone.
   *
   * @param before the newest milestone of the run so far
   */
  boolean isMilestone(Optional<TrainingState> before, TrainingState state) {
    return (everything && maximumBytes == Long.MAX_VALUE)
        || milestones.stream().anyMatch(rule -> rule.isPassed(before, state));
  }

  /**
   * Returns the checkpoints that are not to be kept.
   *
   * @param all those there are, oldest first
   * @param bytes what each takes
   */
  List<Checkpoint> removable(List<Checkpoint> all, ToLongFunction<Checkpoint> bytes) {
    if (all.isEmpty()) {
      return List.of();
    }
    Checkpoint newest = all.get(all.size() - 1);
    Set<Checkpoint> kept = new HashSet<>(all.subList(Math.max(0, all.size() - last), all.size()));
    kept.add(newest);
    best.forEach(rule -> kept.addAll(best(all, rule)));
    all.stream().filter(each -> everything || each.milestone()).forEach(kept::add);
    if (maximumBytes < Long.MAX_VALUE) {
      trim(all, newest, kept, bytes);
    }
    return all.stream().filter(each -> !kept.contains(each)).toList();
  }

  private static List<Checkpoint> best(List<Checkpoint> all, Best rule) {
    Comparator<Checkpoint> byFigure =
        Comparator.comparingDouble(each -> each.state().figure(rule.figure()).orElseThrow());
    return all.stream()
        .filter(each -> each.state().figure(rule.figure()).isPresent())
        .sorted(rule.goal() == Goal.MIN ? byFigure : byFigure.reversed())
        .limit(rule.count())
        .toList();
  }

  private void trim(
      List<Checkpoint> all,
      Checkpoint newest,
      Set<Checkpoint> kept,
      ToLongFunction<Checkpoint> bytes) {
    long held = kept.stream().mapToLong(bytes).sum();
    for (Checkpoint oldest : all) {
      if (held > maximumBytes
          && kept.contains(oldest)
          && !oldest.milestone()
          && !oldest.equals(newest)) {
        kept.remove(oldest);
        held -= bytes.applyAsLong(oldest);
      }
    }
  }
}
