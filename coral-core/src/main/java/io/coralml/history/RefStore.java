package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.Forces;
import io.coralml.io.Storage;
import io.coralml.io.StorageNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.eclipse.jgit.lib.ObjectId;

/**
 * References in git's loose form: a file under {@code refs/} that holds 40 hexadecimal digits and a
 * line feed, and {@code HEAD}. Packed references, which only stock git writes, are read.
 *
 * <p>Reading is safe for any number of threads and processes at any time, because a reference is
 * replaced by an atomic rename. Writing is for the one who holds the history's lock. A {@code
 * .lock} file that a killed stock git left behind is removed when its reference is written: while
 * the lock is held nobody else may write.
 */
final class RefStore {
  static final String HEAD = "HEAD";

  private static final String REFS = "refs/";
  private static final String PACKED = "packed-refs";
  private static final String SYMBOLIC = "ref: ";
  private static final ObjectId AMBIGUOUS = ObjectId.zeroId();
  private static final int MAX_REF = 4096;
  private static final int MAX_PACKED = 256 << 20;
  private static final int MAX_DEPTH = 100;

  private final Storage storage;

  RefStore(Storage storage) {
    this.storage = storage;
  }

  /** Returns what HEAD stands for. */
  Head head() {
    String text = text(HEAD).orElseThrow(() -> damaged(HEAD));
    if (text.startsWith(SYMBOLIC + RefNames.HEADS)) {
      String branch = text.substring((SYMBOLIC + RefNames.HEADS).length());
      if (RefNames.isValid(branch)) {
        return new Head.Attached(branch);
      }
    } else if (CommitId.isFull(text)) {
      return new Head.Detached(new CommitId(text));
    }
    throw damaged(HEAD);
  }

  private Optional<String> text(String name) {
    try {
      ByteBuffer bytes = storage.readAll(name, MAX_REF);
      String text = StandardCharsets.UTF_8.decode(bytes).toString();
      if (!text.endsWith("\n")) {
        throw damaged(name);
      }
      return Optional.of(text.strip());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private static CorruptDataException damaged(String ref) {
    return new CorruptDataException(
        "The reference '" + Quoted.escape(ref) + "' is damaged; run 'coral fsck'.");
  }

  /** Returns the object a reference stands for, or nothing if there is no such reference. */
  Optional<ObjectId> read(String ref) {
    Optional<String> text;
    try {
      text = text(ref);
    } catch (StorageException e) {
      // A folder is no reference, and nothing is inside one.
      if (storage.info(ref).filter(info -> !info.directory()).isPresent()) {
        throw e;
      }
      text = Optional.empty();
    }
    if (text.isEmpty()) {
      Optional<ObjectId> packed = Optional.ofNullable(packed().get(ref));
      if (packed.filter(AMBIGUOUS::equals).isPresent()) {
        throw damaged(ref);
      }
      return packed;
    }
    if (!CommitId.isFull(text.get())) {
      throw damaged(ref);
    }
    return Optional.of(ObjectId.fromString(text.get()));
  }

  /** Returns all references below a prefix that ends in a slash, by their names without it. */
  SortedMap<String, ObjectId> list(String prefix) {
    return list(
        prefix,
        (ref, why) -> {
          throw why;
        });
  }

  /** Returns the same, and hands over what cannot be read and why. */
  private SortedMap<String, ObjectId> list(
      String prefix, BiConsumer<String, CorruptDataException> unreadable) {
    SortedMap<String, ObjectId> found = new TreeMap<>();
    packed()
        .forEach(
            (ref, id) -> {
              if (ref.startsWith(prefix) && !id.equals(AMBIGUOUS)) {
                found.put(ref.substring(prefix.length()), id);
              } else if (ref.startsWith(prefix) && !storage.exists(ref)) {
                unreadable.accept(ref, damaged(ref));
              }
            });
    collect(prefix, "", found, unreadable, 0);
    return found;
  }

  private void collect(
      String prefix,
      String below,
      Map<String, ObjectId> found,
      BiConsumer<String, CorruptDataException> unreadable,
      int depth) {
    String directory = below.isEmpty() ? prefix.substring(0, prefix.length() - 1) : prefix + below;
    for (String segment : storage.list(directory)) {
      String name = below.isEmpty() ? segment : below + "/" + segment;
      Optional<Storage.FileInfo> info = storage.info(prefix + name);
      if (info.isEmpty() || !RefNames.isValid(name)) {
        continue;
      }
      if (info.get().directory() && depth < MAX_DEPTH) {
        collect(prefix, name, found, unreadable, depth + 1);
      } else if (!info.get().directory()) {
        try {
          read(prefix + name).ifPresent(id -> found.put(name, id));
        } catch (CorruptDataException e) {
          unreadable.accept(prefix + name, e);
        }
      }
    }
  }

  /** Returns the references that can be read, by their whole names. */
  SortedMap<String, ObjectId> readable() {
    SortedMap<String, ObjectId> readable = new TreeMap<>();
    list(REFS, (ref, why) -> {}).forEach((name, id) -> readable.put(REFS + name, id));
    return readable;
  }

  /** Returns the references that cannot be read, {@code HEAD} among them. */
  Set<String> damaged() {
    Set<String> damaged = new TreeSet<>();
    list(REFS, (ref, why) -> damaged.add(ref));
    if (isHeadDamaged()) {
      damaged.add(HEAD);
    }
    return damaged;
  }

  /** Returns whether a reference other than HEAD is there and cannot be read. */
  boolean isDamaged(String ref) {
    try {
      read(ref);
      return false;
    } catch (CorruptDataException e) {
      return true;
    }
  }

  /** Returns whether HEAD cannot be read. */
  boolean isHeadDamaged() {
    try {
      head();
      return false;
    } catch (CorruptDataException e) {
      return true;
    }
  }

  /** Returns what stands in the packed file; {@link #AMBIGUOUS} for what it has with two values. */
  private Map<String, ObjectId> packed() {
    if (!storage.exists(PACKED)) {
      return Map.of();
    }
    Map<String, ObjectId> found = new TreeMap<>();
    String text;
    try {
      text = StandardCharsets.UTF_8.decode(storage.readAll(PACKED, MAX_PACKED)).toString();
    } catch (NotFoundException e) {
      return Map.of();
    }
    for (String line : text.split("\n", -1)) {
      if (line.length() > 41 && CommitId.isFull(line.substring(0, 40)) && line.charAt(40) == ' ') {
        found.merge(
            line.substring(41),
            ObjectId.fromString(line.substring(0, 40)),
            (one, other) -> one.equals(other) ? one : AMBIGUOUS);
      }
    }
    return found;
  }

  /**
   * Checks that a new reference is neither inside another one nor the other way round, as files and
   * folders cannot share a name.
   *
   * @throws InvalidInputException if it is
   */
  void requireRoomFor(String ref) {
    for (String above = StorageNames.parent(ref);
        above.length() > RefNames.TAGS.length();
        above = StorageNames.parent(above)) {
      if (read(above).isPresent()) {
        throw inTheWay(ref, above);
      }
    }
    SortedMap<String, ObjectId> below = list(ref + "/");
    if (!below.isEmpty()) {
      throw inTheWay(ref, ref + "/" + below.firstKey());
    }
  }

  private static InvalidInputException inTheWay(String ref, String other) {
    return new InvalidInputException(
        "'" + ref + "' cannot be created while '" + other + "' exists; choose another name.");
  }

  /** Writes a reference beside its place; returns the name of the temporary file. */
  String prepare(ObjectId id, Forces forces) {
    return forces.addTemporary(ascii(id.name() + "\n"));
  }

  /** Puts a prepared reference in its place. */
  void publish(String ref, String prepared, Forces forces) {
    String parent = StorageNames.parent(ref);
    if (storage.info(ref).filter(info -> !info.directory()).isEmpty()) {
      removeEmptyDirectories(storage, ref);
      storage.createDirectory(parent);
    }
    storage.delete(ref + ".lock");
    storage.rename(prepared, ref);
    forces.addDirectory(parent);
  }

  /** Removes what deleted references left of their folders, down from a name. */
  static void removeEmptyDirectories(Storage storage, String name) {
    if (storage.info(name).filter(Storage.FileInfo::directory).isPresent()) {
      storage.list(name).forEach(segment -> removeEmptyDirectories(storage, name + "/" + segment));
      storage.delete(name);
    }
  }

  /** Deletes a reference, in both forms, and its log, as git does. */
  void delete(String ref, Forces forces) {
    Map<String, ObjectId> packed = packed();
    if (packed.containsKey(ref)) {
      StringBuilder text = new StringBuilder("# pack-refs with: sorted \n");
      packed.forEach(
          (name, id) -> {
            if (!name.equals(ref)) {
              text.append(id.name()).append(' ').append(name).append('\n');
            }
          });
      storage.write(PACKED, ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
    if (storage.delete(ref)) {
      forces.addDirectory(StorageNames.parent(ref));
    }
    String log = ReflogEntry.file(ref);
    if (storage.delete(log)) {
      forces.addDirectory(StorageNames.parent(log));
    }
  }

  /** Points HEAD durably at a branch or a commit. */
  void writeHead(Head head) {
    String text =
        head instanceof Head.Attached attached
            ? SYMBOLIC + RefNames.branch(attached.branch())
            : ((Head.Detached) head).commit().hex();
    storage.delete(HEAD + ".lock");
    storage.write(HEAD, ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
