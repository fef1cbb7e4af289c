package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackFormat;
import io.coralml.tensor.TensorId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Since when nothing reaches a tensor, kept from one sweep to the next in the file {@code
 * packs/doomed}: 4 bytes count, then 32 bytes id and 8 bytes milliseconds since 1970 each,
 * big-endian, then 4 bytes CRC32C. Losing it only starts every grace period anew.
 */
final class Doomed {
  private static final Log LOG = Log.of(Doomed.class);
  private static final String NAME = "doomed";
  private static final int PER_TENSOR = TensorId.BYTES + 8;
  private static final int LIMIT = 1 << 30;

  private Doomed() {}

  static Map<TensorId, Instant> load(Storage storage, String directory) {
    String name = StorageNames.child(directory, NAME);
    try {
      return storage.exists(name) ? parse(storage.readAll(name, LIMIT)) : Map.of();
    } catch (CoralException e) {
      LOG.warn("The record of unreachable tensors is lost; their grace begins anew.", e);
      return Map.of();
    }
  }

  /**
   * Reads a record.
   *
   * @throws CorruptDataException if the bytes are not one
   */
  static Map<TensorId, Instant> parse(ByteBuffer file) {
    ByteBuffer bytes = file.slice();
    int end = bytes.capacity() - 4;
    if (end < 4
        || bytes.getInt(end) != PackFormat.checksum(bytes.slice(0, end))
        || bytes.getInt(0) != (end - 4) / PER_TENSOR
        || (end - 4) % PER_TENSOR != 0) {
      throw new CorruptDataException("The record of unreachable tensors is damaged.");
    }
    Map<TensorId, Instant> since = new HashMap<>();
    for (bytes.position(4); bytes.position() < end; ) {
      since.put(TensorId.read(bytes), Instant.ofEpochMilli(bytes.getLong()));
    }
    return since;
  }

  static void save(Storage storage, String directory, Map<TensorId, Instant> since) {
    String name = StorageNames.child(directory, NAME);
    if (since.isEmpty()) {
      storage.delete(name);
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(8 + PER_TENSOR * since.size());
    bytes.putInt(since.size());
    since.forEach(
        (id, time) -> {
          id.write(bytes);
          bytes.putLong(time.toEpochMilli());
        });
    int end = bytes.position();
    bytes.putInt(PackFormat.checksum(bytes.slice(0, end)));
    storage.writeUnforced(name, bytes.flip());
  }
}
