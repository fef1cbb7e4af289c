package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.history.CommitId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

@Label("What is kept, of any sequence of checkpoints,")
class RetentionProperties {
  private static long bytes(Checkpoint each) {
    return 10L + each.number() % 7;
  }

  /** Saves checkpoints one after the other, removing each time what is not to be kept. */
  private static List<Checkpoint> online(Retention retention, List<Double> losses) {
    List<Checkpoint> kept = new ArrayList<>();
    for (Checkpoint each : all(retention, losses)) {
      kept.add(each);
      kept.removeAll(retention.removable(kept, RetentionProperties::bytes));
      assertThat(kept).as("the newest is always kept").contains(each);
      assertThat(retention.removable(kept, RetentionProperties::bytes))
          .as("once is enough")
          .isEmpty();
    }
    return kept;
  }

  private static List<Checkpoint> all(Retention retention, List<Double> losses) {
    List<Checkpoint> all = new ArrayList<>();
    Optional<TrainingState> milestone = Optional.empty();
    for (int i = 1; i <= losses.size(); i++) {
      TrainingState state = TrainingState.at(i / 3, 7L * i).loss(losses.get(i - 1));
      boolean forGood = retention.isMilestone(milestone, state);
      milestone = forGood ? Optional.of(state) : milestone;
      CommitId id = new CommitId(String.format("%040x", i));
      all.add(new Checkpoint("run", i, id, Instant.EPOCH.plusSeconds(i), forGood, state));
    }
    return all;
  }

  @Property(tries = 200)
  @Label("last n, best m: exactly the union of both, whether removed at once or one by one")
  void lastAndBest(
      @ForAll("losses") List<Double> losses,
      @ForAll @IntRange(min = 0, max = 6) int last,
      @ForAll @IntRange(min = 1, max = 6) int best,
      @ForAll Goal goal) {
    Retention retention = Retention.last(last).andBest("loss", goal, best);
    List<Checkpoint> all = all(retention, losses);
    Set<Checkpoint> expected =
        new HashSet<>(all.subList(Math.max(0, all.size() - Math.max(1, last)), all.size()));
    all.stream()
        .filter(each -> !Double.isNaN(each.state().loss()))
        .sorted(
            Comparator.comparingDouble(
                each -> goal == Goal.MIN ? each.state().loss() : -each.state().loss()))
        .limit(best)
        .forEach(expected::add);
    assertThat(online(retention, losses)).containsExactlyInAnyOrderElementsOf(expected);
    List<Checkpoint> atOnce = new ArrayList<>(all);
    atOnce.removeAll(retention.removable(all, RetentionProperties::bytes));
    assertThat(atOnce).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Property(tries = 100)
  @Label("milestones: one for each multiple that was passed, and nothing ever removes it")
  void milestones(
      @ForAll("losses") List<Double> losses, @ForAll @IntRange(min = 1, max = 30) int every) {
    Retention retention = Retention.last(1).andMilestoneEverySteps(every).within(20);
    List<Long> passed =
        losses.isEmpty()
            ? List.of()
            : LongStream.rangeClosed(1, losses.size())
                .map(i -> 7 * i / every)
                .filter(k -> k > 0)
                .distinct()
                .boxed()
                .toList();
    assertThat(
            online(retention, losses).stream()
                .filter(Checkpoint::milestone)
                .map(each -> each.state().step() / every))
        .containsExactlyElementsOf(passed);
  }

  @Property(tries = 100)
  @Label("a budget: kept to unless the newest alone breaks it; the newest that fit are kept")
  void budget(
      @ForAll("losses") List<Double> losses, @ForAll @IntRange(min = 1, max = 200) int bytes) {
    List<Checkpoint> kept = online(Retention.all().within(bytes), losses);
    long held = kept.stream().mapToLong(RetentionProperties::bytes).sum();
    assertThat(held <= bytes || kept.size() == 1).isTrue();
    for (int i = 0; i < kept.size(); i++) {
      assertThat(kept.get(i).number()).isEqualTo(losses.size() - kept.size() + i + 1);
    }
  }

  @Property(tries = 50)
  @Label("all: nothing is removed, and everything is a milestone")
  void everything(@ForAll("losses") List<Double> losses) {
    assertThat(online(Retention.all(), losses))
        .hasSameSizeAs(losses)
        .allMatch(Checkpoint::milestone);
  }

  @Provide
  Arbitrary<List<Double>> losses() {
    return Arbitraries.of(0.5, 1.0, 1.5, 2.0, 2.5, 3.0, Double.NaN).list().ofMaxSize(30);
  }
}
