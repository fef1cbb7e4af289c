package io.coralml.merge;

import org.jspecify.annotations.Nullable;

/**
 * What a three-way merge does with one name, given what the merge base, our side and their side
 * hold under it. A value is anything with equality, usually a {@link io.coralml.tensor.TensorId};
 * {@code null} means the side has nothing of that name.
 *
 * <table>
 * <caption>The rules, first match</caption>
 * <tr><th>when</th><th>decision</th></tr>
 * <tr><td>ours = theirs = base</td><td>{@link #UNCHANGED}</td></tr>
 * <tr><td>ours = theirs</td><td>{@link #SAME_CHANGE}</td></tr>
 * <tr><td>ours = base</td><td>{@link #TAKE_THEIRS}</td></tr>
 * <tr><td>theirs = base</td><td>{@link #TAKE_OURS}</td></tr>
 * <tr><td>base is absent</td><td>{@link #BOTH_ADDED}</td></tr>
 * <tr><td>ours is absent</td><td>{@link #REMOVED_BY_OURS}</td></tr>
 * <tr><td>theirs is absent</td><td>{@link #REMOVED_BY_THEIRS}</td></tr>
 * <tr><td>otherwise</td><td>{@link #BOTH_CHANGED}</td></tr>
 * </table>
 */
public enum ThreeWay {
  /** Nobody changed it; keep what the base holds. */
  UNCHANGED,
  /** Only our side changed, added or removed it; take what ours holds, or nothing. */
  TAKE_OURS,
  /** Only their side changed, added or removed it; take what theirs holds, or nothing. */
  TAKE_THEIRS,
  /** Both sides made the same change; take it once. */
  SAME_CHANGE,
  /** Both sides changed it, differently: a strategy must combine the two, or it is a conflict. */
  BOTH_CHANGED,
  /** Both sides added it, differently: a strategy may combine the two, but has no base. */
  BOTH_ADDED,
  /** Our side removed what their side changed: a conflict no arithmetic can solve. */
  REMOVED_BY_OURS,
  /** Their side removed what our side changed: a conflict no arithmetic can solve. */
  REMOVED_BY_THEIRS;

  /**
   * Decides one name.
   *
   * @param base what the merge base holds, or null
   * @param ours what our side holds, or null
   * @param theirs what their side holds, or null
   */
  public static <T> ThreeWay of(@Nullable T base, @Nullable T ours, @Nullable T theirs) {
    if (same(ours, theirs)) {
      return same(base, ours) ? UNCHANGED : SAME_CHANGE;
    }
    if (same(base, ours)) {
      return TAKE_THEIRS;
    }
    if (same(base, theirs)) {
      return TAKE_OURS;
    }
    if (base == null) {
      return BOTH_ADDED;
    }
    if (ours == null) {
      return REMOVED_BY_OURS;
    }
    return theirs == null ? REMOVED_BY_THEIRS : BOTH_CHANGED;
  }

  private static <T> boolean same(@Nullable T one, @Nullable T other) {
    return one == null ? other == null : one.equals(other);
  }

  /** Returns whether both sides changed the name and neither change can simply be taken. */
  public boolean isContested() {
    return isCombinable() || this == REMOVED_BY_OURS || this == REMOVED_BY_THEIRS;
  }

  /** Returns whether both sides hold a tensor that a {@link MergeStrategy} may combine. */
  public boolean isCombinable() {
    return this == BOTH_CHANGED || this == BOTH_ADDED;
  }

  /** Returns the decision when ours and theirs change places. */
  public ThreeWay swapped() {
    return switch (this) {
      case TAKE_OURS -> TAKE_THEIRS;
      case TAKE_THEIRS -> TAKE_OURS;
      case REMOVED_BY_OURS -> REMOVED_BY_THEIRS;
      case REMOVED_BY_THEIRS -> REMOVED_BY_OURS;
      default -> this;
    };
  }
}
