package io.coralml.merge;

/**
 * Takes one side whole, without reading it; any dtype.
 *
 * @param ours whether our side wins, else theirs
 */
record TakeSide(String name, boolean ours) implements MergeStrategy {

  @Override
  public MergeOutcome merge(BothChanged change) {
    return new MergeOutcome.Merged(ours ? change.ours() : change.theirs());
  }
}
