package io.coralml.store;

import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.NotFoundException;
import io.coralml.io.Storage;
import io.coralml.pack.PackFormat;
import io.coralml.pack.PackReader;
import io.coralml.pack.PackWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which packs there are, as far as this process knows. Readers work on an immutable {@link PackSet}
 * and take no lock; the set is replaced when the directory has changed. A pack that is gone stays
 * open for a while for those who still read it; whoever finds it closed after all looks again.
 */
final class PackCatalog implements AutoCloseable {
  private static final Log LOG = Log.of(PackCatalog.class);

  /**
   * How often the directory is listed when it is another one each time. Only many writers who never
   * pause bring it so far; what the last list shows is taken then, as if it had been the only one.
   */
  private static final int MOST_LISTS = 32;

  /** How many packs that are gone are kept open. */
  private static final int MAX_RETIRED = 64;

  private final Storage storage;
  private final String directory;
  private final Deque<PackReader> retired = new ArrayDeque<>();

  /** Damaged packs that the log mentions already. */
  private final Set<String> reported = new HashSet<>();

  private volatile @Nullable PackSet current;

  PackCatalog(Storage storage, String directory) {
    this.storage = storage;
    this.directory = directory;
  }

  /** Returns the packs as last seen; looks for them at the first call. */
  PackSet current() {
    PackSet known = current;
    return known != null ? known : refresh();
  }

  /** Adds a pack that was published just now, without looking at the others. */
  synchronized void adopt(PackWriter written) {
    PackSet before = current();
    String name = written.name();
    if (!before.packs().containsKey(name)) {
      Map<String, PackReader> packs = new HashMap<>(before.packs());
      packs.put(name, PackReader.open(storage, directory, written));
      current = new PackSet(packs, before.damaged());
    }
  }

  /** Opens every pack anew, without help of the index, and returns the packs there are now. */
  synchronized PackSet reopen() {
    PackSet before = current;
    if (before != null) {
      before.packs().values().forEach(this::retire);
    }
    return look(names(), Map.of(), Map.of());
  }

  /** Looks at the directory again and returns the packs there are now. */
  synchronized PackSet refresh() {
    PackSet before = current;
    Map<String, PackReader> known = before == null ? Map.of() : before.packs();
    Map<String, PackFormat.Layout> layouts =
        before == null ? PackIndex.load(storage, directory) : Map.of();
    List<String> names = names();
    if (before != null && before.isExactly(names)) {
      return before;
    }
    return look(names, known, layouts);
  }

  private List<String> names() {
    return storage.list(directory).stream().filter(PackFormat::isPackName).toList();
  }

  /**
   * Opens what is listed and not known. When a listed pack has gone by then, the one that took its
   * place may have come after the list; and a list that is made while packs are merged may show
   * neither. So the directory is listed again until the list stays as it is, or has been made often
   * enough: who misses a tensor after that looks again himself.
   */
  private PackSet look(
      List<String> names, Map<String, PackReader> known, Map<String, PackFormat.Layout> layouts) {
    Map<String, PackReader> open = new HashMap<>(known);
    Map<String, String> damaged = new HashMap<>();
    Set<String> there = new HashSet<>(names);
    Set<String> before;
    int lists = 1;
    do {
      openAll(there, open, damaged, layouts);
      before = there;
      there = new HashSet<>(names());
      lists++;
    } while (!there.equals(before) && lists < MOST_LISTS);
    openAll(there, open, damaged, layouts);
    damaged.keySet().retainAll(there);
    Map<String, PackReader> packs = new HashMap<>(open);
    packs.keySet().retainAll(there);
    open.keySet().removeAll(there);
    PackSet now = new PackSet(packs, damaged);
    current = now;
    open.values().forEach(this::retire);
    return now;
  }

  private void openAll(
      Set<String> names,
      Map<String, PackReader> open,
      Map<String, String> damaged,
      Map<String, PackFormat.Layout> layouts) {
    for (String name : names) {
      if (!open.containsKey(name) && !damaged.containsKey(name)) {
        openInto(open, damaged, name, layouts.get(name));
      }
    }
  }

  private void openInto(
      Map<String, PackReader> packs,
      Map<String, String> damaged,
      String name,
      PackFormat.@Nullable Layout layout) {
    try {
      packs.put(
          name,
          layout == null
              ? PackReader.open(storage, directory, name)
              : PackReader.open(storage, directory, name, layout));
    } catch (NotFoundException e) {
      LOG.debug("Pack {} went away while the directory was read.", name);
    } catch (CorruptDataException e) {
      if (reported.add(name)) {
        LOG.warn("{}", e.getMessage());
      }
      damaged.put(name, String.valueOf(e.getMessage()));
    }
  }

  private void retire(PackReader pack) {
    retired.addLast(pack);
    if (retired.size() > MAX_RETIRED) {
      retired.removeFirst().close();
    }
  }

  @Override
  public synchronized void close() {
    PackSet last = current;
    if (last != null) {
      last.packs().values().forEach(PackReader::close);
    }
    retired.forEach(PackReader::close);
    retired.clear();
    current = new PackSet(Map.of(), Map.of());
  }
}
