package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.io.ByteSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files beside an ONNX model that hold data of its initialisers. A location is the relative
 * path of a file in the model's folder or below; whatever could lead elsewhere is refused, symbolic
 * links included. For one thread until all are open.
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
      known = FileBytes.open(resolve(location));
      open.put(location, known);
    }
    return known;
  }

  private Path resolve(String location) {
    if (folder == null) {
      throw new InvalidInputException(
          file
              + " keeps data in "
              + Quoted.of(location)
              + " beside it; open the model by its path.");
    }
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
    Path path = folder.resolve(location);
    try {
      if (Files.exists(path) && !path.toRealPath().startsWith(folder.toRealPath())) {
        throw outside(location);
      }
    } catch (IOException e) {
      throw new StorageException("Cannot find out where " + path + " lies (" + e + ").", e);
    }
    return path;
  }

  private CorruptDataException outside(String location) {
    return new CorruptDataException(
        file + " keeps data in " + Quoted.of(location) + ", which does not lie in its folder.");
  }

  @Override
  public void close() {
    open.values().forEach(FileBytes::close);
  }
}
