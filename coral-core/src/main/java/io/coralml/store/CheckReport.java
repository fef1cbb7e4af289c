package io.coralml.store;

import io.coralml.tensor.TensorId;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param level how closely it looked
 * @param packs packs there were
 * @param tensors different tensors in the readable ones
 * @param bytesChecked encoded bytes that were read and verified
 * @param damages what is wrong, in the order it was found
 */
public record CheckReport(
    CheckLevel level, int packs, int tensors, long bytesChecked, List<Damage> damages) {
  /**
   * One thing that is wrong.
   *
   * @param pack simple name of the pack
   * @param tensor which tensor; null if it is the pack itself, all of whose tensors are unreadable
   * @param what what is wrong, in a sentence
   */
  public record Damage(String pack, @Nullable TensorId tensor, String what) {}

  /** Keeps a copy of the list. */
  public CheckReport {
    damages = List.copyOf(damages);
  }

  /** Returns whether nothing is wrong. */
  public boolean isSound() {
    return damages.isEmpty();
  }

  /** Returns the packs that are damaged, whole or in part, in natural order. */
  public Set<String> damagedPacks() {
    return damages.stream().map(Damage::pack).collect(Collectors.toCollection(TreeSet::new));
  }
}
