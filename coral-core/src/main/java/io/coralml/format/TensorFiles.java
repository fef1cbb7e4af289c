package io.coralml.format;

import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Opens a file of any format that is read here, and writes one of any that is written. For reading,
 * what the file begins with decides; where that says nothing (ONNX, shard indexes), its name does.
 * For writing it is the name.
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
 * <td>types that NumPy has, stored</td></tr>
 * <tr><td>{@link PyTorch}</td><td>a zip archive with {@code data.pkl}</td>
 * <td>tensors and plain containers; nothing is executed</td><td>no</td></tr>
 * <tr><td>{@link Onnx}</td><td>{@code .onnx}</td><td>initialisers, inline and external</td>
 * <td>into a copy of a model</td></tr>
 * <tr><td>{@link Hdf5}</td><td>its magic number</td><td>datasets of numbers, Keras weights</td>
 * <td>floats from 16 bits, integers, truth values</td></tr>
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

  /** Opens a file that is no symbolic link; see {@link #open(Path, Links)}. */
  public static TensorFile open(Path path) {
    return open(path, Links.REFUSED);
  }

  /**
   * Opens a file.
   *
   * @param links what to do if it is a symbolic link, or one of the shards it names is
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws io.coralml.CorruptDataException if it breaks a rule of its format
   * @throws InvalidInputException if its format is not known or holds something not supported, or
   *     it is a link and those are refused
   */
  public static TensorFile open(Path path, Links links) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".safetensors.index.json")) {
      return ShardedSafetensors.open(path, links);
    } else if (name.endsWith(".onnx")) {
      return Onnx.open(links.resolve(path));
    }
    return openByContent(links.resolve(path), name);
  }

  private static TensorFile openByContent(Path path, String name) {
    byte[] prefix = new byte[PREFIX_BYTES];
    try (FileBytes bytes = FileBytes.open(path)) {
      int length = (int) Math.min(PREFIX_BYTES, bytes.length());
      bytes.read(0, ByteBuffer.wrap(prefix, 0, length));
    }
    return switch (ByteBuffer.wrap(prefix).getInt()) {
      case HDF5 -> Hdf5.open(path);
      case NPY -> Npy.open(path);
      case ZIP -> isPickled(path) ? PyTorch.open(path) : Npz.open(path);
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

  private static boolean isPickled(Path path) {
    try (ZipArchive archive = ZipArchive.open(path)) {
      return archive.members().keySet().stream()
          .anyMatch(member -> member.equals("data.pkl") || member.endsWith("/data.pkl"));
    }
  }

  /**
   * Writes a file of the format its name ends with: {@code .safetensors}, {@code
   * .safetensors.index.json}, {@code .npy} (one tensor), {@code .npz}, {@code .h5} or {@code
   * .hdf5}, {@code .onnx}. Every tensor keeps its type and every bit. Metadata go along where the
   * format has a place for them (safetensors, HDF5).
   *
   * @throws InvalidInputException if the name says no format that is written here, the format
   *     cannot hold one of the tensors, or an option is set that it has no use for
   * @throws io.coralml.NotFoundException if the folder does not exist
   * @throws io.coralml.StorageException if the file cannot be written
   */
  public static void write(
      Path path,
      Map<String, ? extends TensorSource> tensors,
      Map<String, String> metadata,
      WriteOptions options) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    requireUse(path, name, options);
    if (name.endsWith(".safetensors")) {
      Safetensors.write(path, tensors, metadata);
    } else if (name.endsWith(".safetensors.index.json")) {
      ShardedSafetensors.write(path, tensors, metadata, options.shardBytes());
    } else if (name.endsWith(".npy")) {
      writeNpy(path, tensors, options);
    } else if (name.endsWith(".npz")) {
      if (options.floatBits()) {
        Npz.writeBits(path, tensors);
      } else {
        Npz.write(path, tensors);
      }
    } else if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
      Hdf5.write(path, tensors, metadata);
    } else if (name.endsWith(".onnx")) {
      Path model =
          options
              .model()
              .orElseThrow(
                  () ->
                      new InvalidInputException(
                          "An ONNX file is a program, not weights alone; name the model whose copy"
                              + " is to have these weights (--into MODEL)."));
      Onnx.write(path, model, tensors);
    } else {
      throw new InvalidInputException(
          Quoted.of(String.valueOf(path.getFileName()))
              + " does not say a format that is written here; end it with .safetensors, .npy, .npz,"
              + " .h5 or .onnx.");
    }
  }

  private static void requireUse(Path path, String name, WriteOptions options) {
    String file = Quoted.of(String.valueOf(path.getFileName()));
    if (options.floatBits() && !name.endsWith(".npy") && !name.endsWith(".npz")) {
      throw new InvalidInputException(
          "Only npy and npz files can hold floats as the integers of their bits; write "
              + file
              + " without that option, or one of those.");
    }
    if (options.model().isPresent() && !name.endsWith(".onnx")) {
      throw new InvalidInputException(
          "Only an ONNX file is written as a copy of a model; write "
              + file
              + " without naming one, or a file that ends with .onnx.");
    }
  }

  private static void writeNpy(
      Path path, Map<String, ? extends TensorSource> tensors, WriteOptions options) {
    if (tensors.size() != 1) {
      throw new InvalidInputException(
          "An npy file holds one tensor, not " + tensors.size() + "; write npz.");
    }
    TensorSource only = tensors.values().iterator().next();
    if (options.floatBits()) {
      Npy.writeBits(path, only);
    } else {
      Npy.write(path, only);
    }
  }
}
