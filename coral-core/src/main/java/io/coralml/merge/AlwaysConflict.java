package io.coralml.merge;

/** Combines nothing: whatever both sides changed is a conflict. */
record AlwaysConflict(String name) implements MergeStrategy {

  @Override
  public MergeOutcome merge(BothChanged change) {
    if (BlockCursor.sameBits(change.ours(), change.theirs())) {
      return new MergeOutcome.Merged(change.ours());
    }
    return new MergeOutcome.Conflict(
        change.name(),
        MergeOutcome.Reason.BOTH_CHANGED,
        "Both sides changed '"
            + change.name()
            + "'; choose one, or merge with a strategy that combines them.");
  }
}
