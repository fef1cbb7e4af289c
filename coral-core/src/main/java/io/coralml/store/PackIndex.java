package io.coralml.store;

import io.coralml.CoralException;
import io.coralml.CorruptDataException;
import io.coralml.Log;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import io.coralml.pack.PackFormat;
import io.coralml.pack.PackReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A cache of where the datasets of each pack are, so that opening a store need not read the header
 * page of every pack and have HDF5 structures parsed. A pack the index does not know is opened the
 * slow way, an entry whose pack is gone is ignored, an index that is missing or damaged is as good
 * as an empty one and is written anew at the next opportunity: nothing ever depends on it.
 *
 * <h2>Specification of {@code packs/index-1}</h2>
 *
 * Integers are little-endian: 8 bytes ASCII {@code coralidx}; 4 bytes version, 1; 4 bytes number of
 * packs; for each pack 16 bytes id (its name without {@code .h5}), 8 bytes length of {@code data},
 * 8 of {@code entries}, 8 of {@code meta}, 4 bytes CRC32C of {@code meta}; at the end 4 bytes
 * CRC32C of everything before.
 */
final class PackIndex {
  static final String NAME = "index-1";

  private static final Log LOG = Log.of(PackIndex.class);
  private static final byte[] MAGIC = "coralidx".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 16;
  private static final int TAIL = 4;
  private static final int PER_PACK = 44;
  private static final int LIMIT = 1 << 24;

  private PackIndex() {}

  /** Returns the layouts the index knows by simple name; none if it is missing or damaged. */
  static Map<String, PackFormat.Layout> load(Storage storage, String directory) {
    String name = StorageNames.child(directory, NAME);
    try {
      return storage.exists(name) ? parse(storage.readAll(name, LIMIT)) : Map.of();
    } catch (CoralException e) {
      LOG.warn("The index of packs is unusable and will be rebuilt: {}", e.getMessage());
      return Map.of();
    }
  }

  /**
   * Reads an index.
   *
   * @throws CorruptDataException if the bytes are not one
   */
  static Map<String, PackFormat.Layout> parse(ByteBuffer bytes) {
    ByteBuffer index = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    int body = index.capacity() - TAIL;
    byte[] magic = new byte[MAGIC.length];
    if (body < HEAD || index.getInt(body) != PackFormat.checksum(index.slice(0, body))) {
      throw new CorruptDataException("The index of packs is damaged; it will be rebuilt.");
    }
    index.get(magic);
    int version = index.getInt();
    int count = index.getInt();
    if (!Arrays.equals(magic, MAGIC)
        || version != 1
        || count != (body - HEAD) / PER_PACK
        || (body - HEAD) % PER_PACK != 0) {
      throw new CorruptDataException("The index of packs has an unknown form; it is not used.");
    }
    Map<String, PackFormat.Layout> layouts = new HashMap<>();
    byte[] id = new byte[16];
    for (int i = 0; i < count; i++) {
      index.get(id);
      PackFormat.Layout layout =
          new PackFormat.Layout(index.getLong(), index.getLong(), index.getLong(), index.getInt());
      if (!isPossible(layout)) {
        throw new CorruptDataException("The index of packs has lengths that make no sense.");
      }
      layouts.put(HexFormat.of().formatHex(id) + PackFormat.SUFFIX, layout);
    }
    return layouts;
  }

  private static boolean isPossible(PackFormat.Layout layout) {
    return LongStream.of(layout.dataBytes(), layout.entriesBytes(), layout.metaBytes())
        .allMatch(length -> length >= 0 && length < Long.MAX_VALUE / 4);
  }

  /** Returns the index of these packs. */
  static ByteBuffer format(Collection<PackReader> packs) {
    ByteBuffer index =
        ByteBuffer.allocate(HEAD + PER_PACK * packs.size() + TAIL).order(ByteOrder.LITTLE_ENDIAN);
    index.put(MAGIC).putInt(1).putInt(packs.size());
    for (PackReader pack : packs) {
      PackFormat.Layout layout = pack.layout();
      String id = pack.name().substring(0, pack.name().length() - PackFormat.SUFFIX.length());
      index
          .put(HexFormat.of().parseHex(id))
          .putLong(layout.dataBytes())
          .putLong(layout.entriesBytes())
          .putLong(layout.metaBytes())
          .putInt(layout.metaChecksum());
    }
    int end = index.position();
    return index.putInt(PackFormat.checksum(index.slice(0, end))).flip();
  }

  /** Writes the index. It is not forced, for nothing depends on it. */
  static void write(Storage storage, String directory, Collection<PackReader> packs) {
    storage.writeUnforced(StorageNames.child(directory, NAME), format(packs));
  }
}
