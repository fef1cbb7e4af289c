package io.coralml.merge;

/** Asks a second strategy where the first one finds a conflict. */
record FallbackMerge(MergeStrategy first, MergeStrategy second) implements MergeStrategy {

  @Override
  public String name() {
    return first.name() + MergeStrategies.OR_ELSE + second.name();
  }

  @Override
  public MergeOutcome merge(BothChanged change) {
    MergeOutcome outcome = first.merge(change);
    return outcome instanceof MergeOutcome.Conflict ? second.merge(change) : outcome;
  }
}
