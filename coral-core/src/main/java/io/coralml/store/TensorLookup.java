package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.codec.DecodingSpace;
import io.coralml.io.ByteSource;
import io.coralml.pack.PackEntry;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a tensor is and opens it there, with whatever bases it needs. Readers take no lock:
 * whoever finds a pack gone or damaged tries another copy, and then looks at the directory again.
 * Thread-safe.
 */
final class TensorLookup {
  /**
   * No chain of bases is followed further, whatever the entries claim. Copies of two tensors may
   * each be a delta against the other while a repack is not over: the last copies tried end it.
   */
  private static final int MAX_HOPS = 16;

  private final PackCatalog catalog;

  private final DecodingSpace space = new DecodingSpace();
  private final SpareArrays arrays = new SpareArrays();

  TensorLookup(PackCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Opens a tensor to be read in pieces, when asked, each verified.
   *
   * @throws NotFoundException if the store has none such
   * @throws CorruptDataException if packs that may hold it cannot be read
   */
  TensorSource open(TensorId id) {
    PackSet.Located found = find(id).orElseThrow(() -> missing(id, catalog.current()));
    return new StoredTensor(this, found.entry());
  }

  /** Returns where a tensor is, or nothing if the store has none such. */
  Optional<PackSet.Located> find(TensorId id) {
    Optional<PackSet> packs = Optional.of(catalog.current());
    while (packs.isPresent()) {
      Optional<PackSet.Located> found = packs.get().find(id);
      if (found.isPresent()) {
        return found;
      }
      packs = another(packs.get());
    }
    return Optional.empty();
  }

  /**
   * Looks at the directory again; empty if the packs are those that were seen before. A directory
   * that is listed while packs are merged may show neither the old ones nor the new one, so a
   * tensor is missing only when two more looks found the same packs.
   */
  private Optional<PackSet> another(PackSet before) {
    PackSet now = catalog.refresh();
    if (isSame(now, before)) {
      now = catalog.refresh();
    }
    return isSame(now, before) ? Optional.empty() : Optional.of(now);
  }

  private static boolean isSame(PackSet one, PackSet other) {
    return one.packs().equals(other.packs())
        && one.damaged().keySet().equals(other.damaged().keySet());
  }

  /**
   * Reads a tensor from where it is; from another copy, and after another look at the directory, if
   * that fails, because its pack may have been merged or swept meanwhile, or be damaged.
   */
  <T> T attempt(TensorId id, Function<TensorReading, T> read) {
    return attempt(id, (packs, found) -> read.apply(reading(packs, found)));
  }

  /**
   * Reads a whole tensor, verified, like {@link #attempt}; what is read of it and its bases lies in
   * arrays that serve the next reading again.
   */
  Tensor whole(TensorId id) {
    return attempt(
        id,
        (packs, found) -> {
          try (SpareArrays.Loan room = arrays.lend()) {
            return reading(packs, found, room::take, 0).whole();
          }
        });
  }

  private <T> T attempt(TensorId id, BiFunction<PackSet, PackSet.Located, T> read) {
    CoralException first = null;
    Optional<PackSet> packs = Optional.of(catalog.current());
    while (packs.isPresent()) {
      for (PackSet.Located found : packs.get().findAll(id)) {
        try {
          return read.apply(packs.get(), found);
        } catch (CoralException e) {
          first = first == null ? e : first;
        }
      }
      packs = another(packs.get());
    }
    throw first != null ? first : missing(id, catalog.current());
  }

  private static CoralException missing(TensorId id, PackSet packs) {
    if (packs.damaged().isEmpty()) {
      return new NotFoundException("The store holds no tensor " + id + ".");
    }
    return new CorruptDataException(
        "Tensor "
            + id
            + " is in no readable pack, and these are damaged: "
            + String.join(", ", new TreeSet<>(packs.damaged().keySet()))
            + "; run fsck.");
  }

  /** Opens an entry with whatever bases it needs. */
  TensorReading reading(PackSet packs, PackSet.Located found) {
    return reading(packs, found, byte[]::new, 0);
  }

  private TensorReading reading(
      PackSet packs, PackSet.Located found, IntFunction<byte[]> room, int hops) {
    PackEntry entry = found.entry();
    TensorId baseId = entry.base();
    // The base first: nothing is read of a chain without an end.
    TensorSource base =
        baseId == null ? null : base(packs, entry, baseId, room, hops + 1).unverified();
    ByteSource encoded = TensorReading.atOnce(found.pack().encoded(entry), room);
    return TensorReading.open(entry, encoded, base, found.pack().name(), space);
  }

  private TensorReading base(
      PackSet packs, PackEntry of, TensorId baseId, IntFunction<byte[]> room, int hops) {
    if (hops > MAX_HOPS) {
      throw new CorruptDataException(
          "Tensor " + of.id() + " has a chain of bases without an end; run fsck.");
    }
    CoralException first = null;
    for (PackSet.Located found : packs.findAll(baseId)) {
      try {
        return reading(packs, found, room, hops);
      } catch (CoralException e) {
        first = first == null ? e : first;
      }
    }
    throw first != null
        ? first
        : new CorruptDataException(
            "Tensor "
                + of.id()
                + " needs tensor "
                + baseId
                + ", which is in no readable pack; run fsck.");
  }

  /** Opens an entry of a pack that is still being written. */
  TensorReading unsealed(PackEntry entry, ByteSource encoded) {
    TensorId baseId = entry.base();
    TensorSource base = baseId == null ? null : open(baseId);
    return unsealed(entry, encoded, base);
  }

  /** Opens an entry of a pack that is still being written, with a base that is known. */
  TensorReading unsealed(PackEntry entry, ByteSource encoded, @Nullable TensorSource base) {
    ByteSource bytes = TensorReading.atOnce(encoded, byte[]::new);
    return TensorReading.open(entry, bytes, base, "being written", space);
  }
}
