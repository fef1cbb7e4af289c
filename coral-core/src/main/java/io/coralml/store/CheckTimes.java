package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackFormat;
import io.coralml.pack.PackReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * When each pack was last checked, kept in the text file {@code packs/checked}: a line {@code name
 * instant} each. Losing it only changes the order in which packs are checked.
 */
final class CheckTimes {
  private static final Log LOG = Log.of(CheckTimes.class);
  private static final String NAME = "checked";
  private static final int LIMIT = 1 << 20;

  private CheckTimes() {}

  static Map<String, Instant> load(Storage storage, String directory) {
    String file = StorageNames.child(directory, NAME);
    Map<String, Instant> times = new TreeMap<>();
    try {
      if (storage.exists(file)) {
        String text = StandardCharsets.US_ASCII.decode(storage.readAll(file, LIMIT)).toString();
        text.lines().forEach(line -> parse(line, times));
      }
    } catch (CoralException e) {
      LOG.warn("When the packs were last checked is lost: {}", e.getMessage());
    }
    return times;
  }

  private static void parse(String line, Map<String, Instant> times) {
    int space = line.indexOf(' ');
    try {
      if (space > 0 && PackFormat.isPackName(line.substring(0, space))) {
        times.put(line.substring(0, space), Instant.parse(line.substring(space + 1)));
      }
    } catch (DateTimeException e) {
      LOG.debug("A line of packs/{} is not understood and is dropped.", NAME);
    }
  }

  /** Notes that packs were checked now, and forgets those that are gone. */
  static void save(
      Storage storage,
      String directory,
      Collection<PackReader> checked,
      Set<String> existing,
      Instant now) {
    Map<String, Instant> times = load(storage, directory);
    checked.forEach(pack -> times.put(pack.name(), now));
    times.keySet().retainAll(existing);
    StringBuilder text = new StringBuilder();
    times.forEach((name, time) -> text.append(name).append(' ').append(time).append('\n'));
    storage.writeUnforced(
        StorageNames.child(directory, NAME),
        ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.US_ASCII)));
  }
}
