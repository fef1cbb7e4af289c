package io.coralml.history;

import io.coralml.CorruptDataException;
import io.coralml.NotFoundException;
import io.coralml.StorageException;
import io.coralml.io.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.MutableInteger;
import org.eclipse.jgit.util.RawParseUtils;

/**
 * Reads the git objects of a repository: those in packs, newest pack first, and loose ones, which
 * only stock git writes. Packs that other processes add or merge away are noticed when an object is
 * not found. Thread-safe; never blocks on writers.
 */
final class ObjectDatabase implements ObjectSource, AutoCloseable {
  static final String DIRECTORY = "objects";

  private static final int MAX_LOOSE = 64 << 20;

  /** No deflated byte stands for more bytes than this. */
  private static final long MAX_INFLATION = 1040;

  private final Storage storage;
  private volatile List<GitPack> packs = List.of();

  // Guarded by this: the names the directory of packs had at the last look, and those added since.
  private Set<String> listed = Set.of();

  ObjectDatabase(Storage storage) {
    this.storage = storage;
    rescan();
  }

  /** Returns the packs as they were at the last look. */
  List<GitPack> packs() {
    return packs;
  }

  /** Looks which packs there are now. */
  synchronized void rescan() {
    List<String> names = storage.list(GitPack.DIRECTORY);
    if (names.size() == listed.size() && listed.containsAll(names)) {
      return;
    }
    Map<String, GitPack> known = new HashMap<>();
    packs.forEach(pack -> known.put(pack.name(), pack));
    List<GitPack> found = new ArrayList<>();
    Set<String> files = new LinkedHashSet<>(names);
    for (String file : files) {
      // After a power loss there may be an index alone: of a pack that nobody was promised, or of
      // one that had been merged into another.
      String name = GitPack.nameOfIndex(file);
      if (!name.isEmpty() && files.contains(name + ".pack")) {
        GitPack pack = known.remove(name);
        found.add(pack != null ? pack : new GitPack(storage, name));
      }
    }
    packs = List.copyOf(found);
    listed = files;
    known.values().forEach(GitPack::close);
  }

  /** Puts a pack that was just written in front. */
  synchronized void add(GitPack written) {
    String name = written.name();
    if (packs.stream().noneMatch(pack -> pack.name().equals(name))) {
      List<GitPack> more = new ArrayList<>(packs.size() + 1);
      more.add(written);
      more.addAll(packs);
      packs = List.copyOf(more);
      listed = new HashSet<>(listed);
      listed.add(name + ".pack");
      listed.add(name + ".idx");
    }
  }

  @Override
  public Optional<GitObject> find(ObjectId id) {
    Optional<GitObject> found = lookUp(id);
    boolean settled = false;
    while (found.isEmpty() && !settled) {
      // A directory listed while packs are merged may show neither the old ones nor the new one,
      // so an object is missing only when two looks in a row found the same packs.
      List<GitPack> before = packs;
      rescan();
      settled = packs.equals(before);
      found = lookUp(id);
    }
    return found;
  }

  private Optional<GitObject> lookUp(ObjectId id) {
    List<GitPack> before = packs;
    for (GitPack pack : before) {
      try {
        Optional<GitObject> found = pack.find(id, this);
        if (found.isPresent()) {
          return found;
        }
      } catch (NotFoundException | StorageException e) {
        // Another thread or process merged this pack into a new one while we looked. Every object
        // of it is in the new one, so look again among the packs there are now.
        if (isStillThere(pack)) {
          throw e;
        }
        rescan();
        if (packs.contains(pack)) {
          throw e;
        }
        return lookUp(id);
      }
    }
    return findLoose(id);
  }

  /** Returns whether a pack has not been merged away; its index goes first, and then the rest. */
  boolean isStillThere(GitPack pack) {
    return !pack.isRetired()
        && storage.exists(GitPack.indexFile(pack.name()))
        && storage.exists(GitPack.dataFile(pack.name()));
  }

  @Override
  public boolean has(ObjectId id) {
    for (GitPack pack : packs) {
      try {
        if (pack.index().find(id) >= 0) {
          return true;
        }
      } catch (NotFoundException e) {
        // Merged away; what became of it is among the packs there are now.
        rescan();
        return !packs.contains(pack) && has(id);
      }
    }
    return false;
  }

  private static String looseFile(ObjectId id) {
    String hex = id.name();
    return DIRECTORY + "/" + hex.substring(0, 2) + "/" + hex.substring(2);
  }

  private Optional<GitObject> findLoose(ObjectId id) {
    String file = looseFile(id);
    if (!storage.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parseLoose(storage.readAll(file, MAX_LOOSE), file).requireIs(id));
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /** Reads a loose object: deflated type, space, length, NUL and content. */
  static GitObject parseLoose(ByteBuffer deflated, String file) {
    long most = MAX_INFLATION * deflated.remaining();
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(deflated);
      byte[] head = new byte[64];
      int n = inflater.inflate(head);
      String text = new String(head, 0, n, StandardCharsets.ISO_8859_1);
      int space = text.indexOf(' ');
      int nul = text.indexOf('\0');
      MutableInteger end = new MutableInteger();
      if (space < 0 || nul < space) {
        throw damagedLoose(file);
      }
      long size = RawParseUtils.parseLongBase10(head, space + 1, end);
      if (end.value != nul || size < 0 || size > Math.min(most, MAX_LOOSE)) {
        throw damagedLoose(file);
      }
      byte[] content = new byte[(int) size];
      int have = Math.min(content.length, n - nul - 1);
      System.arraycopy(head, nul + 1, content, 0, have);
      while (have < content.length) {
        int more = inflater.inflate(content, have, content.length - have);
        if (more == 0) {
          throw damagedLoose(file);
        }
        have += more;
      }
      return new GitObject(
          Constants.decodeTypeString(ObjectId.zeroId(), head, (byte) ' ', new MutableInteger()),
          content);
    } catch (DataFormatException | org.eclipse.jgit.errors.CorruptObjectException e) {
      throw new CorruptDataException("'" + file + "' is damaged; run 'coral fsck'.", e);
    } finally {
      inflater.end();
    }
  }

  private static CorruptDataException damagedLoose(String file) {
    return new CorruptDataException("'" + file + "' is damaged; run 'coral fsck'.");
  }

  /** Returns the names of all objects that begin with the digits, at least two. */
  Set<ObjectId> startingWith(String hex) {
    Set<ObjectId> found = new LinkedHashSet<>();
    List<GitPack> before;
    do {
      rescan();
      before = packs;
      for (GitPack pack : before) {
        try {
          found.addAll(pack.index().startingWith(hex));
        } catch (NotFoundException e) {
          if (isStillThere(pack)) {
            throw e;
          }
        }
      }
      // What was merged away meanwhile is among the packs there are then.
      rescan();
    } while (!packs.equals(before));
    String fan = hex.substring(0, 2);
    for (String rest : storage.list(DIRECTORY + "/" + fan)) {
      if (ObjectId.isId(fan + rest) && (fan + rest).startsWith(hex)) {
        found.add(ObjectId.fromString(fan + rest));
      }
    }
    return found;
  }

  @Override
  public void close() {
    packs.forEach(GitPack::close);
  }
}
