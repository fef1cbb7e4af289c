package io.coralml.repository;

import static io.coralml.repository.Errand.CLEAR_AWAY;
import static io.coralml.repository.Errand.COMMIT;
import static io.coralml.repository.Errand.COMMIT_ASIDE;
import static io.coralml.repository.Errand.COMMIT_STAGED;
import static io.coralml.repository.Errand.FSCK;
import static io.coralml.repository.Errand.GC;
import static io.coralml.repository.Errand.MERGE;
import static io.coralml.repository.Errand.READ;
import static io.coralml.repository.Errand.RENAME;
import static io.coralml.repository.Errand.REPACK;
import static io.coralml.repository.Errand.REPAIR;
import static io.coralml.repository.Errand.REVIVE;
import static io.coralml.repository.Errand.SETTLE;
import static io.coralml.repository.Errand.STAGE;
import static io.coralml.repository.Errand.SWITCH;
import static io.coralml.repository.Errand.UNSTAGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.coralml.repository.RaceExplorer.Some;
import io.qameta.allure.Allure;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Of any two who use a repository at once, one stops before each of his operations in turn while
 * the other one goes on. Afterwards all that was promised to either is there, nothing is damaged,
 * and nothing is left lying about; and neither was refused what he wanted for any other reason than
 * that the other one had done something that rules it out.
 */
@DisplayName("Invariants 1, 3, 5 and 6: two who use a repository at once lose nothing")
class RaceTest {
  /**
   * Who puts packs, commits or references elsewhere, and whom that could disturb.
   *
   * @param stride one in so many orders is gone through
   */
  private record Pair(Errand one, Errand other, int stride) {}

  private static final List<Pair> CLOSE =
      List.of(
          new Pair(SETTLE, REPACK, 13),
          new Pair(SETTLE, GC, 13),
          new Pair(REPACK, SETTLE, 13),
          new Pair(REPACK, COMMIT, 29),
          new Pair(COMMIT, REPACK, 29),
          new Pair(COMMIT, COMMIT, 29),
          new Pair(COMMIT, GC, 29),
          new Pair(GC, COMMIT, 29),
          new Pair(GC, REVIVE, 29),
          new Pair(REVIVE, GC, 29),
          new Pair(GC, COMMIT_STAGED, 29),
          new Pair(STAGE, GC, 29),
          new Pair(READ, SETTLE, 13),
          new Pair(READ, REPACK, 29),
          new Pair(FSCK, SETTLE, 13),
          new Pair(FSCK, CLEAR_AWAY, 29),
          new Pair(MERGE, CLEAR_AWAY, 29),
          new Pair(COMMIT_ASIDE, CLEAR_AWAY, 29),
          new Pair(RENAME, SWITCH, 29));

  private static final List<Errand> ALL = List.of(Errand.values());

  /** Of the many orders one in so many is gone through, and from one run to the next others. */
  private static final int STRIDE = Integer.getInteger("coral.test.races.stride", 1);

  private static final long FIRST = Long.getLong("coral.test.races.first", 0);

  private static int stopped(RaceScene scene, Errand one, Errand other, Some some) {
    return new RaceExplorer(scene, one, other, false).stopped(some);
  }

  /**
   * Each pair begins at another order. Otherwise one unlucky first would leave out all pairs of an
   * errand that has fewer operations than the stride.
   */
  private static Some oneIn(int stride, Errand other) {
    int all = stride * STRIDE;
    double place = (double) ALL.indexOf(other) / ALL.size();
    return new Some(all, FIRST + Math.round(all * place));
  }

  private static void report(int orders, int atLeast) {
    Allure.parameter("orders", orders);
    assertThat(orders).as("orders of operations").isGreaterThanOrEqualTo(atLeast);
  }

  private static void reportOfMany(int orders, int atLeast) {
    Allure.parameter("one in", STRIDE);
    Allure.parameter("first", FIRST);
    report(orders, STRIDE == 1 ? atLeast : Math.max(1, atLeast / (2 * STRIDE)));
  }

  @Test
  @DisplayName("where they come closest to each other: some of the orders")
  void close() {
    RaceScene scene = RaceScene.ofSoundPacks();
    report(
        CLOSE.stream()
            .mapToInt(it -> stopped(scene, it.one(), it.other(), Some.oneIn(it.stride())))
            .sum(),
        120);
  }

  @Test
  @DisplayName("while a damaged pack is taken out of use: some of the orders")
  void repair() {
    RaceScene scene = RaceScene.withDamage();
    int orders = 0;
    for (Errand other : List.of(REPAIR, GC, REPACK, SETTLE)) {
      orders +=
          stopped(scene, REPAIR, other, Some.oneIn(23))
              + stopped(scene, other, REPAIR, Some.oneIn(23));
    }
    report(orders, 30);
  }

  @ParameterizedTest(
      name = "{0}, beside anything else, in two processes: every order, or one in so many")
  @EnumSource(Errand.class)
  @Tag("races")
  void inTwoProcesses(Errand one) {
    RaceScene scene = RaceScene.ofSoundPacks();
    int orders = 0;
    for (Errand other : Errand.values()) {
      orders += stopped(scene, one, other, oneIn(1, other));
    }
    reportOfMany(orders, one == UNSTAGE ? 30 : 250);
  }

  @ParameterizedTest(name = "{0}, beside anything else, in one process: half as many orders")
  @EnumSource(Errand.class)
  @Tag("races")
  void inOneProcess(Errand one) {
    RaceScene scene = RaceScene.ofSoundPacks();
    int orders = 0;
    for (Errand other : Errand.values()) {
      orders += new RaceExplorer(scene, one, other, true).stopped(oneIn(2, other));
    }
    reportOfMany(orders, one == UNSTAGE ? 15 : 100);
  }

  @ParameterizedTest(name = "{0}, beside anything else, where both stop: some of the orders")
  @EnumSource(Errand.class)
  @Tag("races")
  void bothStop(Errand one) {
    RaceScene scene = RaceScene.ofSoundPacks();
    int orders = 0;
    for (Errand other : Errand.values()) {
      orders += new RaceExplorer(scene, one, other, false).bothStopped(oneIn(256, other));
    }
    reportOfMany(orders, one == UNSTAGE ? 1 : 20);
  }

  @ParameterizedTest(
      name = "{0}, while a damaged pack is taken out of use: every order, or one in so many")
  @EnumSource(value = Errand.class, mode = EnumSource.Mode.EXCLUDE, names = "FSCK")
  @Tag("races")
  void besideRepair(Errand other) {
    RaceScene scene = RaceScene.withDamage();
    reportOfMany(
        stopped(scene, REPAIR, other, oneIn(1, other))
            + stopped(scene, other, REPAIR, oneIn(1, other)),
        100);
  }

  @ParameterizedTest(
      name = "{0}, while there is hardly room for another pack: every order, or one in so many")
  @EnumSource(
      value = Errand.class,
      names = {"COMMIT", "SETTLE", "READ", "GC", "FSCK", "COMMIT_STAGED"})
  @Tag("races")
  void crowded(Errand one) {
    RaceScene scene = RaceScene.ofManyPacks();
    int orders = 0;
    for (Errand other : List.of(COMMIT, SETTLE, GC)) {
      orders += stopped(scene, one, other, oneIn(1, other));
    }
    reportOfMany(orders, 150);
  }
}
