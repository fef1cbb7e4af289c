package io.coralml.format;

import io.coralml.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Opens a file of any format that is read here. What the file begins with decides; where that says
 * nothing (ONNX, shard indexes), its name does.
 *
 * <table>
 * <caption>Formats</caption>
 * <tr><th>format</th><th>recognised by</th><th>read</th><th>written</th></tr>
 * <tr><td>{@link Safetensors}</td><td>a brace behind 8 bytes, or {@code .safetensors}</td>
 * <td>all dtypes, lazily</td><td>yes</td></tr>
 * <tr><td>{@link ShardedSafetensors}</td><td>{@code .safetensors.index.json}</td>
 * <td>all dtypes, lazily</td><td>yes</td></tr>
 * <tr><td>{@link Npy}</td><td>its magic number</td><td>either byte order and order of axes</td>
 * <td>types that NumPy has</td></tr>
 * <tr><td>{@link Npz}</td><td>a zip archive without a pickle</td><td>stored and deflated</td>
 * <td>no</td></tr>
 * <tr><td>{@link PyTorch}</td><td>a zip archive with {@code data.pkl}</td>
 * <td>tensors and plain containers; nothing is executed</td><td>no</td></tr>
 * <tr><td>{@link Onnx}</td><td>{@code .onnx}</td><td>initialisers, inline and external</td>
 * <td>no</td></tr>
 * <tr><td>{@link Hdf5}</td><td>its magic number</td><td>datasets of numbers, Keras weights</td>
 * <td>no</td></tr>
 * </table>
 *
 * <p>May be called by any number of threads.
 */
public final class TensorFiles {
  private static final int PREFIX_BYTES = 9;
  private static final int ZIP = 0x504B0304;
  private static final int EMPTY_ZIP = 0x504B0506;
  private static final int HDF5 = 0x89484446;
  private static final int NPY = 0x934E554D;

  private TensorFiles() {}

  /**
   * Opens a file.
   *
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws io.coralml.CorruptDataException if it breaks a rule of its format
   * @throws InvalidInputException if its format is not known or holds something not supported
   */
  public static TensorFile open(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors.index.json")) {
      return ShardedSafetensors.open(path);
    } else if (name.endsWith(".onnx")) {
      return Onnx.open(path);
    }
    byte[] prefix = new byte[PREFIX_BYTES];
    boolean pickled = false;
    try (FileBytes bytes = FileBytes.open(path)) {
      int length = (int) Math.min(PREFIX_BYTES, bytes.length());
      bytes.read(0, ByteBuffer.wrap(prefix, 0, length));
      if (ByteBuffer.wrap(prefix).getInt() == ZIP) {
        pickled =
            ZipArchive.open(path.toString(), bytes).members().keySet().stream()
                .anyMatch(member -> member.equals("data.pkl") || member.endsWith("/data.pkl"));
      }
    }
    return switch (ByteBuffer.wrap(prefix).getInt()) {
      case HDF5 -> Hdf5.open(path);
      case NPY -> Npy.open(path);
      case ZIP -> pickled ? PyTorch.open(path) : Npz.open(path);
      case EMPTY_ZIP -> Npz.open(path);
      default -> {
        if (prefix[PREFIX_BYTES - 1] != '{' && !name.endsWith(".safetensors")) {
          throw new InvalidInputException(
              path
                  + " is in no format that is read here: safetensors, npy, npz, PyTorch (.pt), ONNX,"
                  + " HDF5.");
        }
        yield Safetensors.open(path);
      }
    };
  }
}
