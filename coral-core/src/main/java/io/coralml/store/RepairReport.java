package io.coralml.store;

import io.coralml.tensor.TensorId;
import java.util.List;
import java.util.Set;

/**
 * What a repair came to.
 *
 * @param quarantined simple names of the packs that were moved to {@code quarantine/}
 * @param rescued tensors that were copied out of them, every byte verified
 * @param lost tensors that were known to be in them and are in no other pack; put them again to
 *     have them back
 */
public record RepairReport(List<String> quarantined, int rescued, Set<TensorId> lost) {
  /** Keeps copies. */
  public RepairReport {
    quarantined = List.copyOf(quarantined);
    lost = Set.copyOf(lost);
  }
}
