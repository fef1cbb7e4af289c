package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.TensorSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads npz files, in which NumPy keeps several arrays: a zip archive with one member {@code
 * name.npy} ({@link Npy}) for each.
 *
 * <p>Arrays that NumPy stored uncompressed are read where they lie; compressed ones are inflated
 * into memory at the first read, checked against their CRC, and may be forgotten when memory is
 * short. Nothing is ever unpacked to a file. Refused are, besides what {@link Npy} refuses, members
 * that are no arrays, and archives with encrypted members, with names that occur twice or could
 * lead out of a folder, with members that overlap, or with sizes no compression can reach.
 *
 * <p>All methods may be called by any number of threads.
 */
public final class Npz {
  private Npz() {}

  /**
   * Opens a file and reads its directory and the header of each array.
   *
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws CorruptDataException if it breaks a rule of the format
   * @throws io.coralml.InvalidInputException if it holds something that is not supported
   */
  public static TensorFile open(Path path) {
    FileBytes bytes = FileBytes.open(path);
    try {
      String file = path.toString();
      Map<String, TensorSource> tensors = new LinkedHashMap<>();
      ZipArchive.open(file, bytes)
          .members()
          .forEach(
              (name, member) -> {
                if (!name.endsWith(".npy")) {
                  throw new CorruptDataException(
                      file + " has the member " + Quoted.of(name) + ", which is no npy array.");
                }
                tensors.put(Npy.withoutSuffix(name), array(file + "!" + name, member));
              });
      return new NamedTensors(file, tensors, Map.of(), bytes::close);
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /** Reads a header without inflating what follows it. */
  private static TensorSource array(String name, ZipMember member) {
    ByteSource head = ByteSource.of(member.head(NpyHeader.MAX_BYTES));
    return Npy.array(name, NpyHeader.read(name, head), member);
  }
}
