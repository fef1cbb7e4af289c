package io.coralml.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

@Label("A policy, over any sequence of states that are offered,")
class PolicyProperties {
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** One state that is offered, and when. */
  record Offer(TrainingState state, Instant time) {}

  /**
   * What a policy made of a sequence: those it saved, and what had been saved before each offer.
   */
  record Run(List<Offer> saved, List<Progress> before) {}

  private static Run run(CheckpointPolicy policy, List<Offer> offers) {
    Progress progress = Progress.begun(BEGIN);
    List<Offer> saved = new ArrayList<>();
    List<Progress> before = new ArrayList<>();
    for (Offer offer : offers) {
      before.add(progress);
      if (policy.isDue(progress, offer.state, offer.time)) {
        saved.add(offer);
        progress = progress.after(offer.state, offer.time);
      }
    }
    return new Run(saved, before);
  }

  @Property(tries = 200)
  @Label("every n steps: saves once for each stretch of n steps in which a state was offered")
  void steps(@ForAll("offers") List<Offer> offers, @ForAll @IntRange(min = 1, max = 40) int n) {
    List<Offer> saved = run(CheckpointPolicy.everySteps(n), offers).saved;
    assertThat(saved.stream().map(each -> each.state.step() / n))
        .containsExactlyElementsOf(
            offers.stream()
                .map(each -> each.state.step() / n)
                .filter(k -> k > 0)
                .distinct()
                .toList());
  }

  @Property(tries = 200)
  @Label("every n epochs: saves the first state offered at or behind each multiple")
  void epochs(@ForAll("offers") List<Offer> offers, @ForAll @IntRange(min = 1, max = 6) int n) {
    List<Offer> saved = run(CheckpointPolicy.everyEpochs(n), offers).saved;
    List<Offer> first = new ArrayList<>();
    long stretch = 0;
    for (Offer offer : offers) {
      if (offer.state.epoch() / n > stretch) {
        stretch = offer.state.epoch() / n;
        first.add(offer);
      }
    }
    assertThat(saved).isEqualTo(first);
  }

  @Property(tries = 200)
  @Label("every so many seconds: never sooner, and never misses a state that comes later")
  void time(@ForAll("offers") List<Offer> offers, @ForAll @IntRange(min = 1, max = 90) int n) {
    List<Offer> saved = run(CheckpointPolicy.every(Duration.ofSeconds(n)), offers).saved;
    Instant last = BEGIN;
    for (Offer offer : offers) {
      boolean late = Duration.between(last, offer.time).compareTo(Duration.ofSeconds(n)) >= 0;
      assertThat(saved.contains(offer)).isEqualTo(late);
      last = late ? offer.time : last;
    }
  }

  @Property(tries = 200)
  @Label("on the best: what it saves gets strictly better, and ends with the best of all")
  void best(@ForAll("offers") List<Offer> offers, @ForAll Goal goal) {
    List<Double> saved =
        run(CheckpointPolicy.onBest("loss", goal), offers).saved.stream()
            .map(each -> each.state.loss())
            .toList();
    for (int i = 1; i < saved.size(); i++) {
      assertThat(goal.isBetter(saved.get(i), saved.get(i - 1))).isTrue();
    }
    List<Double> all =
        offers.stream().map(each -> each.state.loss()).filter(it -> !it.isNaN()).sorted().toList();
    if (all.isEmpty()) {
      assertThat(saved).isEmpty();
    } else {
      assertThat(saved.get(saved.size() - 1))
          .isEqualTo(goal == Goal.MIN ? all.get(0) : all.get(all.size() - 1));
    }
  }

  @Property(tries = 100)
  @Label("either of two: is due exactly when one of them is; never: is never due")
  void either(@ForAll("offers") List<Offer> offers, @ForAll @IntRange(min = 1, max = 40) int n) {
    CheckpointPolicy steps = CheckpointPolicy.everySteps(n);
    CheckpointPolicy best = CheckpointPolicy.onBest("loss", Goal.MIN);
    Run run = run(steps.or(best), offers);
    for (int i = 0; i < offers.size(); i++) {
      Offer offer = offers.get(i);
      Progress before = run.before.get(i);
      assertThat(run.saved.contains(offer))
          .isEqualTo(
              steps.isDue(before, offer.state, offer.time)
                  || best.isDue(before, offer.state, offer.time));
    }
    assertThat(run(CheckpointPolicy.never(), offers).saved).isEmpty();
  }

  @Property(tries = 100)
  @Label("a checkpoint that was put off stays due until it is saved")
  void stays(@ForAll("offers") List<Offer> offers, @ForAll @IntRange(min = 1, max = 40) int n) {
    for (CheckpointPolicy policy :
        List.of(
            CheckpointPolicy.everySteps(n),
            CheckpointPolicy.everyEpochs(n),
            CheckpointPolicy.every(Duration.ofSeconds(n)))) {
      Progress nothing = Progress.begun(BEGIN);
      boolean due = false;
      for (Offer offer : offers) {
        boolean now = policy.isDue(nothing, offer.state, offer.time);
        assertThat(now || !due).isTrue();
        due = now;
      }
    }
  }

  /** Steps and time go on, an epoch has some steps, losses are drawn from few values and NaN. */
  @Provide
  Arbitrary<List<Offer>> offers() {
    Arbitrary<long[]> advance =
        Combinators.combine(
                Arbitraries.longs().between(1, 30),
                Arbitraries.longs().between(0, 2),
                Arbitraries.longs().between(1, 60))
            .as((steps, epochs, seconds) -> new long[] {steps, epochs, seconds});
    Arbitrary<Double> loss =
        Arbitraries.of(0.0, -0.5, 1.0, 2.0, 3.5, 4.0, 7.25, Double.NaN, Double.MAX_VALUE);
    return Combinators.combine(advance, loss)
        .as((a, l) -> new Object[] {a, l})
        .list()
        .ofMaxSize(40)
        .map(
            draws -> {
              List<Offer> offers = new ArrayList<>();
              long step = 0;
              long epoch = 0;
              Instant time = BEGIN;
              for (Object[] draw : draws) {
                long[] by = (long[]) draw[0];
                step += by[0];
                epoch += by[1];
                time = time.plusSeconds(by[2]);
                offers.add(new Offer(TrainingState.at(epoch, step).loss((Double) draw[1]), time));
              }
              return offers;
            });
  }
}
