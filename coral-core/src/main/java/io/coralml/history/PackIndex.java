package io.coralml.history;

import io.coralml.CorruptDataException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * The index of a git pack, version 2: which objects the pack holds, and where each begins.
 * Immutable and thread-safe.
 *
 * <p>Layout, integers big-endian: magic {@code FF 74 4F 63}, version 2; 256 counts of objects whose
 * first byte is at most i; the sorted 20-byte names; a CRC-32 of each packed entry; a 4-byte offset
 * of each, whose top bit refers to a table of 8-byte offsets; that table; the SHA-1 of the pack and
 * the SHA-1 of everything before it.
 *
 * @see <a href="https://git-scm.com/docs/gitformat-pack">gitformat-pack</a>
 */
final class PackIndex {
  private static final int MAGIC = 0xFF744F63;
  private static final int VERSION = 2;
  private static final int FANOUT = 256;
  private static final int NAMES = 8 + 4 * FANOUT;
  private static final int NAME_BYTES = Constants.OBJECT_ID_LENGTH;
  private static final int TRAILER = 2 * NAME_BYTES;

  private final ByteBuffer bytes;
  private final int count;

  private PackIndex(ByteBuffer bytes, int count) {
    this.bytes = bytes;
    this.count = count;
  }

  /**
   * An entry of a pack.
   *
   * @param id the object's name
   * @param offset where the entry begins in the pack
   * @param crc CRC-32 of the packed entry
   */
  record Entry(ObjectId id, long offset, int crc) {}

  /**
   * Reads an index.
   *
   * @param file the file's name, for messages
   * @throws CorruptDataException if the bytes are no index, or its tables do not fit in them
   */
  static PackIndex parse(ByteBuffer bytes, String file) {
    if (bytes.limit() < NAMES + TRAILER || bytes.getInt(0) != MAGIC || bytes.getInt(4) != VERSION) {
      throw damaged(file, "is no pack index of version 2");
    }
    int count = bytes.getInt(NAMES - 4);
    int previous = 0;
    for (int first = 0; first < FANOUT; first++) {
      int upTo = bytes.getInt(8 + 4 * first);
      if (upTo < previous) {
        throw damaged(file, "has counts that fall");
      }
      previous = upTo;
    }
    if (NAMES + (long) count * (NAME_BYTES + 8) + TRAILER > bytes.limit()) {
      throw damaged(file, "is cut short");
    }
    return new PackIndex(bytes, count);
  }

  /** Checks the index's own SHA-1; for those who verify, not for those who look up. */
  void verify(String file) {
    ByteBuffer body = bytes.duplicate().position(0).limit(bytes.limit() - NAME_BYTES);
    MessageDigest sha = GitObject.sha1();
    sha.update(body);
    byte[] expected = new byte[NAME_BYTES];
    bytes.get(bytes.limit() - NAME_BYTES, expected);
    if (!Arrays.equals(sha.digest(), expected)) {
      throw damaged(file, "does not have its own checksum");
    }
  }

  private static CorruptDataException damaged(String file, String how) {
    return new CorruptDataException("'" + file + "' " + how + "; run 'coral fsck'.");
  }

  /** Writes an index. */
  static ByteBuffer format(Collection<Entry> entries, byte[] packChecksum) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparing(Entry::id));
    int large = (int) sorted.stream().filter(entry -> entry.offset() > Integer.MAX_VALUE).count();
    ByteBuffer out =
        ByteBuffer.allocate(NAMES + sorted.size() * (NAME_BYTES + 8) + 8 * large + TRAILER);
    out.putInt(MAGIC).putInt(VERSION);
    int[] upTo = new int[FANOUT];
    sorted.forEach(entry -> upTo[entry.id().getFirstByte()]++);
    int total = 0;
    for (int n : upTo) {
      total += n;
      out.putInt(total);
    }
    byte[] raw = new byte[NAME_BYTES];
    for (Entry entry : sorted) {
      entry.id().copyRawTo(raw, 0);
      out.put(raw);
    }
    sorted.forEach(entry -> out.putInt(entry.crc()));
    int next = 0;
    for (Entry entry : sorted) {
      boolean fits = entry.offset() <= Integer.MAX_VALUE;
      out.putInt(fits ? (int) entry.offset() : 0x80000000 | next++);
    }
    sorted.stream()
        .filter(entry -> entry.offset() > Integer.MAX_VALUE)
        .forEach(entry -> out.putLong(entry.offset()));
    out.put(packChecksum);
    MessageDigest sha = GitObject.sha1();
    sha.update(out.duplicate().flip());
    return out.put(sha.digest()).flip();
  }

  int count() {
    return count;
  }

  ObjectId id(int position) {
    byte[] raw = new byte[NAME_BYTES];
    bytes.get(NAMES + position * NAME_BYTES, raw);
    return ObjectId.fromRaw(raw);
  }

  /** Returns the names of all objects, in a set of the caller's own. */
  Set<ObjectId> all() {
    Set<ObjectId> all = new HashSet<>();
    for (int i = 0; i < count; i++) {
      all.add(id(i));
    }
    return all;
  }

  int crc(int position) {
    return bytes.getInt(NAMES + count * NAME_BYTES + 4 * position);
  }

  /** Returns where the entry at a position of the index begins in the pack. */
  long offset(int position) {
    int offset = bytes.getInt(NAMES + count * (NAME_BYTES + 4) + 4 * position);
    if (offset >= 0) {
      return offset;
    }
    long at = NAMES + (long) count * (NAME_BYTES + 8) + 8L * (offset & Integer.MAX_VALUE);
    if (at + 8 > bytes.limit() - TRAILER) {
      throw damaged("A pack index", "refers to an offset it does not have");
    }
    return bytes.getLong((int) at);
  }

  /** Returns the position of an object in this index, or -1. */
  int find(ObjectId id) {
    int first = id.getFirstByte();
    int low = first == 0 ? 0 : bytes.getInt(8 + 4 * (first - 1));
    int high = bytes.getInt(8 + 4 * first) - 1;
    byte[] wanted = new byte[NAME_BYTES];
    id.copyRawTo(wanted, 0);
    ByteBuffer key = ByteBuffer.wrap(wanted);
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(key, NAMES + middle * NAME_BYTES);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return -1;
  }

  private int compare(ByteBuffer key, int at) {
    int order = Long.compareUnsigned(key.getLong(0), bytes.getLong(at));
    order = order != 0 ? order : Long.compareUnsigned(key.getLong(8), bytes.getLong(at + 8));
    return order != 0 ? order : Integer.compareUnsigned(key.getInt(16), bytes.getInt(at + 16));
  }

  /** Returns the positions of all objects whose name begins with the digits. */
  List<ObjectId> startingWith(String hex) {
    List<ObjectId> found = new ArrayList<>();
    int first = Integer.parseInt(hex.substring(0, 2), 16);
    int from = first == 0 ? 0 : bytes.getInt(8 + 4 * (first - 1));
    int to = bytes.getInt(8 + 4 * first);
    for (int i = from; i < to; i++) {
      ObjectId id = id(i);
      if (id.name().startsWith(hex)) {
        found.add(id);
      }
    }
    return found;
  }
}
