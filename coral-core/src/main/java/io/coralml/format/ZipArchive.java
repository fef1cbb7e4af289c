package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of a zip archive, found through its central directory and read in place; no name in
 * it ever becomes a path. Zip64 is understood.
 *
 * <p>Refused: archives of several disks, encrypted members, compression other than deflate, a name
 * that occurs twice or could lead out of a folder, members that overlap each other or the
 * directory, and a claimed size beyond what deflate can reach (1032 to 1). Thread-safe.
 *
 * <p>Source of the format: PKWARE's APPNOTE.
 */
final class ZipArchive implements AutoCloseable {
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int LOCATOR64_SIGNATURE = 0x07064b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int END_BYTES = 22;
  private static final int LOCATOR64_BYTES = 20;
  private static final int END64_BYTES = 56;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_BYTES = 30;
  private static final int MAX_COMMENT = 0xFFFF;
  private static final long MAX_DIRECTORY = 256L << 20;
  private static final long IN_ZIP64 = 0xFFFFFFFFL;

  private final String file;
  private final FileBytes bytes;
  private final Map<String, ZipMember> members = new LinkedHashMap<>();

  private record Directory(long start, long length, long count) {}

  private record Entry(String name, int method, long crc, long packed, long size, long header) {}

  private ZipArchive(String file, FileBytes bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /** Opens an archive and reads its directory. */
  static ZipArchive open(Path path) {
    FileBytes bytes = FileBytes.open(path);
    try {
      ZipArchive archive = new ZipArchive(path.toString(), bytes);
      Directory directory = archive.findDirectory();
      archive.readMembers(directory);
      return archive;
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /** Returns the members by name, in the directory's order; unmodifiable. */
  Map<String, ZipMember> members() {
    return Collections.unmodifiableMap(members);
  }

  @Override
  public void close() {
    members.values().forEach(ZipMember::close);
    bytes.close();
  }

  private ByteBuffer read(long position, long length, String what) {
    if (position < 0 || length < 0 || position > bytes.length() - length) {
      throw broken(what + " does not lie in the file");
    }
    ByteBuffer piece = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(position, piece);
    return piece.flip();
  }

  private Directory findDirectory() {
    long tailStart = Math.max(0, bytes.length() - END_BYTES - MAX_COMMENT);
    ByteBuffer tail = read(tailStart, bytes.length() - tailStart, "the end");
    for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END_SIGNATURE
          && (tail.getShort(at + 20) & 0xFFFF) == tail.limit() - at - END_BYTES) {
        return directory(tail, at, tailStart + at);
      }
    }
    throw broken("it has no end-of-directory record");
  }

  private Directory directory(ByteBuffer tail, int at, long end) {
    int disks = tail.getShort(at + 4) | tail.getShort(at + 6);
    long count = tail.getShort(at + 10) & 0xFFFF;
    long length = tail.getInt(at + 12) & IN_ZIP64;
    long start = tail.getInt(at + 16) & IN_ZIP64;
    if (count == 0xFFFF || length == IN_ZIP64 || start == IN_ZIP64) {
      ByteBuffer locator = read(end - LOCATOR64_BYTES, LOCATOR64_BYTES, "the zip64 locator");
      ByteBuffer end64 = read(locator.getLong(8), END64_BYTES, "the zip64 end record");
      if (locator.getInt(0) != LOCATOR64_SIGNATURE || end64.getInt(0) != END64_SIGNATURE) {
        throw broken("its zip64 records are malformed");
      }
      disks = end64.getInt(16) | end64.getInt(20);
      count = end64.getLong(32);
      length = end64.getLong(40);
      start = end64.getLong(48);
    }
    if (disks != 0 && disks != -1) {
      throw new InvalidInputException(file + " is spread over several disks; join them first.");
    }
    if (start < 0 || length < 0 || length > MAX_DIRECTORY || start > end - length) {
      throw broken("its directory does not lie in the file");
    }
    if (count < 0 || count > length / ENTRY_BYTES) {
      throw broken("it claims " + count + " members in a directory of " + length + " bytes");
    }
    return new Directory(start, length, count);
  }

  private void readMembers(Directory directory) {
    ByteBuffer table = read(directory.start, directory.length, "the directory");
    List<long[]> ranges = new ArrayList<>();
    for (long i = 0; i < directory.count; i++) {
      Entry entry = readEntry(table);
      if (entry.name.endsWith("/")) {
        continue;
      }
      long data = dataStart(entry);
      long end = data + entry.packed;
      if (entry.packed < 0 || end < data || end > directory.start) {
        throw broken("the member " + Quoted.of(entry.name) + " reaches into the directory");
      }
      ranges.add(new long[] {entry.header, end});
      ZipMember member =
          new ZipMember(
              file + "!" + entry.name,
              bytes,
              data,
              entry.packed,
              entry.size,
              entry.method == 8,
              entry.crc);
      if (members.put(entry.name, member) != null) {
        throw broken("the member " + Quoted.of(entry.name) + " occurs twice");
      }
    }
    ranges.sort(Comparator.comparingLong(range -> range[0]));
    for (int i = 1; i < ranges.size(); i++) {
      if (ranges.get(i)[0] < ranges.get(i - 1)[1]) {
        throw broken("two of its members overlap");
      }
    }
  }

  private Entry readEntry(ByteBuffer table) {
    if (table.remaining() < ENTRY_BYTES || table.getInt(table.position()) != ENTRY_SIGNATURE) {
      throw broken("its directory is malformed");
    }
    int at = table.position();
    int flags = table.getShort(at + 8);
    int method = table.getShort(at + 10) & 0xFFFF;
    int nameLength = table.getShort(at + 28) & 0xFFFF;
    int extraLength = table.getShort(at + 30) & 0xFFFF;
    int commentLength = table.getShort(at + 32) & 0xFFFF;
    long whole = (long) ENTRY_BYTES + nameLength + extraLength + commentLength;
    if (whole > table.remaining()) {
      throw broken("its directory is malformed");
    }
    byte[] nameBytes = new byte[nameLength];
    table.get(at + ENTRY_BYTES, nameBytes);
    String name = new String(nameBytes, StandardCharsets.UTF_8);
    requireHarmless(name);
    if ((flags & 1) != 0 || (method != 0 && method != 8)) {
      throw new InvalidInputException(
          file
              + " has the member "
              + Quoted.of(name)
              + ", encrypted or compressed by method "
              + method
              + ", which is not supported; save it without.");
    }
    long[] sizes = {
      table.getInt(at + 24) & IN_ZIP64,
      table.getInt(at + 20) & IN_ZIP64,
      table.getInt(at + 42) & IN_ZIP64
    };
    readZip64(table.slice(at + ENTRY_BYTES + nameLength, extraLength), sizes);
    long size = sizes[0];
    long packed = sizes[1];
    boolean possible = method == 0 ? size == packed : size >= 0 && size / 1032 <= packed;
    if (!possible) {
      throw broken("the member " + Quoted.of(name) + " claims " + size + " bytes from " + packed);
    }
    table.position(at + (int) whole);
    return new Entry(name, method, table.getInt(at + 16) & IN_ZIP64, packed, size, sizes[2]);
  }

  /** Replaces, in this order, the size, the packed size and the offset that say "see zip64". */
  private void readZip64(ByteBuffer extra, long[] sizes) {
    extra.order(ByteOrder.LITTLE_ENDIAN);
    while (extra.remaining() >= 4) {
      int id = extra.getShort() & 0xFFFF;
      int length = extra.getShort() & 0xFFFF;
      if (length > extra.remaining()) {
        throw broken("its directory is malformed");
      }
      ByteBuffer field = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      extra.position(extra.position() + length);
      for (int i = 0; id == 1 && i < sizes.length; i++) {
        if (sizes[i] == IN_ZIP64 && field.remaining() >= Long.BYTES) {
          sizes[i] = field.getLong();
        }
      }
    }
  }

  private long dataStart(Entry entry) {
    ByteBuffer local = read(entry.header, LOCAL_BYTES, "the member " + Quoted.of(entry.name));
    int nameLength = local.getShort(26) & 0xFFFF;
    int extraLength = local.getShort(28) & 0xFFFF;
    byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
    boolean same =
        local.getInt(0) == LOCAL_SIGNATURE
            && nameLength == name.length
            && Arrays.equals(read(entry.header + LOCAL_BYTES, nameLength, "a name").array(), name);
    if (!same) {
      throw broken(
          "the member " + Quoted.of(entry.name) + " has another name in front of its data");
    }
    return entry.header + LOCAL_BYTES + nameLength + extraLength;
  }

  private void requireHarmless(String name) {
    if (!isHarmless(name)) {
      throw broken("the name " + Quoted.of(name) + " of a member could lead out of a folder");
    }
  }

  /** Returns whether a member of that name could only ever lie inside a folder. */
  static boolean isHarmless(String name) {
    return !name.isEmpty()
        && !name.startsWith("/")
        && name.indexOf('\\') < 0
        && name.indexOf('\0') < 0
        && name.indexOf(':') < 0
        && Arrays.stream(name.split("/", -1)).noneMatch(part -> part.equals(".."));
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(file + " is not a valid zip archive: " + rule + ".");
  }
}
