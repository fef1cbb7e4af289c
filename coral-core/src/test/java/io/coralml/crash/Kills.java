package io.coralml.crash;

import io.qameta.allure.Allure;

/**
 * How often tests kill processes: in the midst of commits as often as the property {@value #KILLS}
 * says; in the midst of anything else a share of that, and at most {@value #MOST_ELSEWHERE} times,
 * so that a thousand kills of committing processes take minutes and not hours. The report says of
 * each test how often it killed.
 */
public final class Kills {
  private static final String KILLS = "coral.test.kills";
  private static final int FEW = 4;
  private static final int MOST_ELSEWHERE = 100;

  private Kills() {}

  /** Returns how often to kill processes that commit. */
  public static int ofCommits() {
    return reported(Integer.getInteger(KILLS, FEW));
  }

  /**
   * Returns how often to kill processes that do something else.
   *
   * @param share one for so many kills of processes that commit
   * @param least so often in any case
   */
  public static int elsewhere(int share, int least) {
    int kills = Math.min(MOST_ELSEWHERE, Integer.getInteger(KILLS, FEW) / share);
    return reported(Math.max(least, kills));
  }

  private static int reported(int kills) {
    Allure.parameter("kills", kills);
    return kills;
  }
}
