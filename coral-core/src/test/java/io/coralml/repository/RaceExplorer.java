package io.coralml.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.crash.MemoryStorage;
import io.coralml.crash.Turns;
import io.coralml.crash.Turns.Plan;
import io.coralml.history.CommitId;
import io.coralml.history.Head;
import io.coralml.io.Storage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the orders in which two {@link Errand}s can get between each other's operations, and
 * looks after each of them whether all that was promised is there.
 *
 * @param shared whether both use one repository object, as the threads of a process do; otherwise
 *     each has its own, as processes have
 */
record RaceExplorer(RaceScene scene, Errand one, Errand other, boolean shared) {

  /**
   * One in so many.
   *
   * @param stride 1 takes all
   * @param first which comes first, counted modulo the stride
   */
  record Some(int stride, long first) {
    /** Takes one in so many, and the first. */
    static Some oneIn(int stride) {
      return new Some(stride, 0);
    }

    boolean takes(int at) {
      return at % stride == Math.floorMod(first, stride);
    }
  }

  /**
   * The first one stops before some of his operations until the other one has ended, or waits for
   * something he has. Where he lists a directory, he is also told half the truth; where one waits
   * for a lock, he also gets it as soon as it is free.
   *
   * @param some which of his operations
   * @return how many orders there were
   * @throws AssertionError for the first order in which something went wrong
   */
  int stopped(Some some) {
    return explore(
        IntStream.range(0, operations())
            .filter(some::takes)
            .mapToObj(at -> new Plan(at, Turns.NEVER, false, false)));
  }

  /** The same, and the other one stops in turn, before some of his operations. */
  int bothStopped(Some some) {
    int first = operations();
    int second = new RaceExplorer(scene, /* one= */ other, /* other= */ one, shared).operations();
    return explore(
        IntStream.range(0, first * second)
            .filter(some::takes)
            .mapToObj(at -> new Plan(at % first, at / first, false, false)));
  }

  private int explore(Stream<Plan> plans) {
    // Orders have nothing to do with one another, so they are gone through side by side.
    List<Explored> all = plans.toList().parallelStream().map(this::explored).toList();
    all.stream()
        .flatMap(each -> Stream.ofNullable(each.failure()))
        .findFirst()
        .ifPresent(
            error -> {
              throw error;
            });
    return all.stream().mapToInt(Explored::orders).sum();
  }

  /** How many orders a plan came to, and what went wrong. */
  private record Explored(int orders, @Nullable AssertionError failure) {}

  private Explored explored(Plan plan) {
    try {
      Turns turns = run(plan);
      boolean both = plan.second() == Turns.NEVER || turns.secondStopped().isPresent();
      int orders = turns.firstStopped().isPresent() && both ? 1 : 0;
      if (orders > 0 && turns.firstStopped().get().startsWith("list ")) {
        run(new Plan(plan.first(), plan.second(), true, false));
        orders++;
      }
      if (orders > 0 && turns.hasWaited()) {
        run(new Plan(plan.first(), plan.second(), false, true));
        orders++;
      }
      return new Explored(orders, null);
    } catch (AssertionError e) {
      return new Explored(0, e);
    }
  }

  private int operations() {
    return run(new Plan(Turns.NEVER, Turns.NEVER, false, false)).firstOperations();
  }

  private Turns run(Plan plan) {
    MemoryStorage storage = scene.storage().copy();
    storage.setTime(RaceScene.LATER.instant());
    Turns turns = new Turns(storage, plan, shared);
    List<Promise> promised = new CopyOnWriteArrayList<>();
    try {
      try (Repository first = open(turns.storage());
          Repository second = open(turns.storage())) {
        Repository others = shared ? first : second;
        turns.run(
            () -> one.run(first, scene, 0, promised::add),
            () -> other.run(others, scene, 1, promised::add));
      }
      turns.firstFailure().ifPresent(failure -> requireRefusal(one, other, failure));
      turns.secondFailure().ifPresent(failure -> requireRefusal(other, one, failure));
      assertThat(turns.locks()).as("locks that are held").isEmpty();
      check(storage, promised);
      return turns;
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(describe(plan, turns) + e, e);
    }
  }

  private static Repository open(Storage storage) {
    Repository repository = Repository.open(storage, RaceScene.LATER, Runnable::run);
    repository.store().stats();
    return repository;
  }

  private String describe(Plan plan, Turns turns) {
    return (shared ? "In one process " : "In two processes ")
        + one
        + " stopped at "
        + plan.first()
        + turns.firstStopped().map(it -> " (" + it + ")").orElse("")
        + " and "
        + other
        + (plan.second() == Turns.NEVER ? " did not" : " at " + plan.second())
        + turns.secondStopped().map(it -> " (" + it + ")").orElse("")
        + (plan.torn() ? ", where the list was torn" : "")
        + (plan.handedOver() ? ", locks handed over" : "")
        + ": ";
  }

  private void requireRefusal(Errand mine, Errand others, Throwable failure) {
    boolean refused =
        failure instanceof CoralException e
            && (mine.mayRefuse(others, e) || (scene.damaged() && mayMeetDamage(mine, e)));
    if (!refused) {
      throw new AssertionError(mine + " failed: " + failure, failure);
    }
  }

  private static boolean mayMeetDamage(Errand mine, CoralException e) {
    return (mine == Errand.REPACK || mine == Errand.CLUSTER) && e instanceof CorruptDataException;
  }

  private void check(MemoryStorage left, List<Promise> promised) {
    try (Repository repository = Repository.open(left, RaceScene.LATER, Runnable::run)) {
      promised.stream().filter(this::holds).forEach(each -> each.requireKept(repository));
      scene.kept().forEach((name, at) -> requireKept(repository, name, at));
      Map<String, CommitId> branches = repository.branches().all();
      if (repository.head() instanceof Head.Attached attached) {
        assertThat(branches).containsKey(attached.branch());
      }
      assertThat(repository.fsck(FsckLevel.DEEP).findings()).as("findings").isEmpty();
      assertThat(left.list(Storage.TEMPORARY)).as("temporary files").isEmpty();
      assertThat(left.list("packs")).as("left in packs").doesNotContain("sweeping");
    }
  }

  /** Returns whether the other errand has not undone what was promised. */
  private boolean holds(Promise promise) {
    if (promise instanceof Promise.Staged) {
      return Stream.of(Errand.UNSTAGE, Errand.CLEAR_AWAY, Errand.SWITCH).noneMatch(this::takesPart);
    }
    if (takesPart(Errand.SWITCH) && takesPart(Errand.COMMIT_STAGED)) {
      // To which branch is a matter of who comes first.
      return false;
    }
    boolean aside = promise instanceof Promise.Committed it && it.branch().equals(RaceScene.SIDE);
    return !aside || !(one.givesUpSide() || other.givesUpSide());
  }

  private boolean takesPart(Errand errand) {
    return one == errand || other == errand;
  }

  private void requireKept(Repository repository, String name, CommitId at) {
    boolean givenUp =
        (name.equals(RaceScene.SIDE) && (one.givesUpSide() || other.givesUpSide()))
            || (name.equals(RaceScene.OLD) && takesPart(Errand.RENAME));
    if (!givenUp) {
      CommitId head = repository.branches().find(name).orElseThrow();
      assertThat(repository.history().isAncestor(at, head)).as(name).isTrue();
    }
  }
}
