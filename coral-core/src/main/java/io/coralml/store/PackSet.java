package io.coralml.store;

import io.coralml.pack.PackEntry;
import io.coralml.pack.PackReader;
import io.coralml.tensor.TensorId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The packs there were at one moment. Immutable.
 *
 * @param packs the readable ones, by simple name
 * @param damaged why each of the others cannot be read, by simple name
 */
record PackSet(Map<String, PackReader> packs, Map<String, String> damaged) {
  /** A tensor's entry and the pack it is in. */
  record Located(PackReader pack, PackEntry entry) {
    StoredInfo info() {
      return new StoredInfo(
          entry.id(),
          entry.form().dtype(),
          entry.form().shape(),
          entry.form().byteLength(),
          entry.place().length(),
          entry.base(),
          entry.depth(),
          pack.name());
    }
  }

  PackSet {
    packs = Map.copyOf(packs);
    damaged = Map.copyOf(damaged);
  }

  /** Returns whether these are the packs of such names, each of them once, and none is damaged. */
  boolean isExactly(List<String> names) {
    return damaged.isEmpty() && names.size() == packs.size() && packs.keySet().containsAll(names);
  }

  boolean contains(TensorId id) {
    for (PackReader pack : packs.values()) {
      if (pack.table().contains(id)) {
        return true;
      }
    }
    return false;
  }

  /** Returns an entry of the tensor, of least depth if there are several. */
  Optional<Located> find(TensorId id) {
    Located best = null;
    for (PackReader pack : packs.values()) {
      Optional<PackEntry> entry = pack.table().find(id);
      if (entry.isPresent() && (best == null || entry.get().depth() < best.entry().depth())) {
        best = new Located(pack, entry.get());
      }
    }
    return Optional.ofNullable(best);
  }

  /** Returns all entries of the tensor, least depth first. */
  List<Located> findAll(TensorId id) {
    List<Located> found = new ArrayList<>();
    for (PackReader pack : packs.values()) {
      pack.table().find(id).ifPresent(entry -> found.add(new Located(pack, entry)));
    }
    found.sort(Comparator.comparingInt(located -> located.entry().depth()));
    return found;
  }

  /**
   * Returns which of two entries of a tensor is the one to rely on: one whose base is there, less
   * deep than itself, before one whose base is gone or depends on it in turn, as an interrupted
   * clean-up may leave it; then the one of less depth.
   */
  Located better(Located one, Located two) {
    boolean first = isSound(one.entry());
    if (first != isSound(two.entry())) {
      return first ? one : two;
    }
    return two.entry().depth() < one.entry().depth() ? two : one;
  }

  /**
   * Returns whether an entry is left over: its base is gone, and the tensor has an entry that can
   * be relied on. A clean-up that is killed may leave one behind; nobody reads it, and the next
   * clean-up removes it.
   */
  boolean isLeftOver(PackEntry entry) {
    TensorId base = entry.base();
    return base != null
        && !contains(base)
        && findAll(entry.id()).stream().anyMatch(located -> isSound(located.entry()));
  }

  /**
   * Returns whether a chain of ever less depth leads from an entry to a whole one. Of two tensors
   * that are each other's bases at most one entry has such a chain, so that whoever keeps the sound
   * entry of least depth of every tensor never closes a circle.
   */
  boolean isSound(PackEntry entry) {
    TensorId base = entry.base();
    return base == null
        || packs.values().stream()
            .flatMap(pack -> pack.table().find(base).stream())
            .anyMatch(found -> found.depth() < entry.depth() && isSound(found));
  }

  /** Returns for each tensor the entry to rely on, by identity; see {@link #better}. */
  SortedMap<TensorId, Located> best() {
    TreeMap<TensorId, Located> best = new TreeMap<>();
    for (PackReader pack : packs.values()) {
      for (PackEntry entry : pack.table().entries()) {
        best.merge(entry.id(), new Located(pack, entry), this::better);
      }
    }
    return best;
  }

  /** Returns what is known of all tensors, in the order of their identities. */
  List<StoredInfo> infos() {
    return best().values().stream().map(Located::info).toList();
  }

  /** Returns the bytes of all packs on disk. */
  long bytes() {
    return packs.values().stream().mapToLong(PackReader::fileBytes).sum();
  }
}
