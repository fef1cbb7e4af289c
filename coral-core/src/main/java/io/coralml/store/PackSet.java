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

  /** Returns for each tensor its entry of least depth, by identity. */
  SortedMap<TensorId, Located> best() {
    TreeMap<TensorId, Located> best = new TreeMap<>();
    for (PackReader pack : packs.values()) {
      for (PackEntry entry : pack.table().entries()) {
        best.merge(
            entry.id(),
            new Located(pack, entry),
            (one, two) -> two.entry().depth() < one.entry().depth() ? two : one);
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
