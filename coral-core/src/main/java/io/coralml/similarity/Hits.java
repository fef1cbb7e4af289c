package io.coralml.similarity;

import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.List;

/** The best candidates a search has met so far, by how much of their prints agrees. */
final class Hits {
  /** However large a family, no more of its members are looked at than this. */
  private static final int MOST_LOOKED_AT = 4096;

  private final Sketch sketch;
  private final int most;
  private final Run[] runs;
  private final int[] entries;
  private final int[] agreements;
  private int count;
  private int met;

  Hits(Sketch sketch, int most) {
    this.sketch = sketch;
    this.most = most;
    this.runs = new Run[most];
    this.entries = new int[most];
    this.agreements = new int[most];
  }

  /** Returns whether enough has been looked at. */
  boolean isExhausted() {
    return met >= MOST_LOOKED_AT;
  }

  /** Returns how many entries shared a band, repetitions included. */
  int met() {
    return met;
  }

  /** Counts an entry that was offered before, or need not be. */
  void pass() {
    met++;
  }

  void offer(Run run, int entry, long first, long second, long third, long fourth) {
    met++;
    int agreement = sketch.agreement(first, second, third, fourth);
    if (agreement < Sketch.AGREEING || (count == most && agreement <= agreements[count - 1])) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (entries[i] == entry && runs[i] == run) {
        return;
      }
    }
    int at = count < most ? count++ : count - 1;
    while (at > 0 && agreements[at - 1] < agreement) {
      runs[at] = runs[at - 1];
      entries[at] = entries[at - 1];
      agreements[at] = agreements[at - 1];
      at--;
    }
    runs[at] = run;
    entries[at] = entry;
    agreements[at] = agreement;
  }

  /** Returns the identities, best first. */
  List<TensorId> ids() {
    List<TensorId> ids = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      ids.add(runs[i].id(entries[i]));
    }
    return ids;
  }
}
