package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files beside an ONNX model that hold data of its initialisers. A location is the relative
 * path of a file in the model's folder or below; whatever could lead elsewhere is refused. Symbolic
 * links are never followed: each folder on the way is opened from the one above it, so that a link
 * put in its place meanwhile changes nothing (where the system cannot do so, each is looked at
 * first). For one thread until all are open.
 */
final class OnnxExternalData implements AutoCloseable {
  private final String file;
  private final @Nullable Path folder;
  private final Map<String, FileBytes> open = new HashMap<>();

  /**
   * @param file what messages call the model
   * @param model the model's own path; null when it is no file, and then there is nothing beside it
   */
  OnnxExternalData(String file, @Nullable Path model) {
    this.file = file;
    this.folder = model == null ? null : model.toAbsolutePath().getParent();
  }

  /** Returns the file of that location, opened once. */
  ByteSource at(String location) {
    FileBytes known = open.get(location);
    if (known == null) {
      Path inside = inside(location);
      Path above = requireFolder(location);
      known = FileBytes.open(above.resolve(inside), () -> open(above, inside, location));
      open.put(location, known);
    }
    return known;
  }

  private Path requireFolder(String location) {
    if (folder == null) {
      throw new InvalidInputException(
          file
              + " keeps data in "
              + Quoted.of(location)
              + " beside it; open the model by its path.");
    }
    return folder;
  }

  /** Returns the relative path a location stands for, which leads nowhere but down. */
  private Path inside(String location) {
    boolean plain =
        !location.isEmpty()
            && !location.startsWith("/")
            && location.chars().noneMatch(c -> c == '\\' || c == ':' || c < ' ');
    for (String part : location.split("/", -1)) {
      plain &= !part.equals("..");
    }
    if (!plain) {
      throw outside(location);
    }
    Path inside = Path.of(location).normalize();
    if (inside.toString().isEmpty()) {
      throw outside(location);
    }
    return inside;
  }

  private FileChannel open(Path above, Path inside, String location) throws IOException {
    try (DirectoryStream<Path> opened = Files.newDirectoryStream(above)) {
      if (opened instanceof SecureDirectoryStream<Path> secure) {
        return open(secure, inside, location);
      }
    }
    Path at = above;
    for (Path name : inside) {
      at = at.resolve(name);
      if (Files.isSymbolicLink(at)) {
        throw outside(location);
      }
    }
    FileBytes.requireFile(at, Files.readAttributes(at, BasicFileAttributes.class));
    return FileBytes.openUnlinked(at);
  }

  private FileChannel open(SecureDirectoryStream<Path> above, Path inside, String location)
      throws IOException {
    Path first = inside.getName(0);
    BasicFileAttributes found =
        above
            .getFileAttributeView(first, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .readAttributes();
    if (found.isSymbolicLink()) {
      throw outside(location);
    }
    if (inside.getNameCount() > 1) {
      try (SecureDirectoryStream<Path> below =
          above.newDirectoryStream(first, LinkOption.NOFOLLOW_LINKS)) {
        return open(below, inside.subpath(1, inside.getNameCount()), location);
      }
    }
    FileBytes.requireFile(first, found);
    Set<OpenOption> read = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    return (FileChannel) above.newByteChannel(first, read);
  }

  private CorruptDataException outside(String location) {
    return new CorruptDataException(
        file
            + " keeps data in "
            + Quoted.of(location)
            + ", which does not lie in its folder or is a link.");
  }

  @Override
  public void close() {
    open.values().forEach(FileBytes::close);
  }
}
