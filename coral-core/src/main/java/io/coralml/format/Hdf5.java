package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads and writes HDF5 files, among them the weights that Keras writes ({@code .h5}, {@code
 * .weights.h5}).
 *
 * <h2>What is read</h2>
 *
 * Every dataset of numbers, at any depth of groups. Its name is its path, the groups joined by
 * dots: {@code model_weights.dense.dense.kernel:0}. Types are floats of 16 (IEEE and bfloat16), 32
 * and 64 bits, integers of 8 to 64 bits, and the enumeration of FALSE and TRUE, which are truth
 * values; in either byte order. Contiguous datasets are read where they lie, also beyond 2 GiB;
 * chunked and compact ones are put together in memory, bit for bit, at the first read, and may be
 * forgotten when memory is short. Texts and numbers among the attributes of the root become
 * metadata.
 *
 * <h2>What is refused</h2>
 *
 * Whatever the jhdf library, which reads the structure, cannot read; groups nested deeper than 32
 * or containing themselves; more than 1,000,000 nodes; two datasets of one dotted name; data that
 * lies outside the file or claims a size no compression can reach. As not supported: links (soft
 * and external: none is followed), datasets of texts, records or other types, and chunks that were
 * never written.
 *
 * <h2>What is written</h2>
 *
 * Little-endian contiguous datasets, aligned to 8 bytes; a dot in a name begins a group; metadata
 * become texts among the attributes of the root. The types are those that are read; 8-bit floats,
 * complex and packed numbers are refused, and so are names with an empty part or a slash, and two
 * of which one would be the other's group.
 *
 * <p>Source of the format: the HDF5 file format specification. All methods may be called by any
 * number of threads.
 */
public final class Hdf5 {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 1_000_000;
  private static final int LONGEST_TEXT = 1 << 20;

  private final String file;
  private final FileBytes bytes;
  private final HdfFile hdf;
  private final Map<String, TensorSource> tensors = new LinkedHashMap<>();
  private final Set<Long> onTheWay = new HashSet<>();
  private int nodes;

  private Hdf5(String file, FileBytes bytes, HdfFile hdf) {
    this.file = file;
    this.bytes = bytes;
    this.hdf = hdf;
  }

  /**
   * Opens a file and reads the directory of its datasets.
   *
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws CorruptDataException if it breaks a rule of the format
   * @throws InvalidInputException if it holds something that is not supported
   */
  public static TensorFile open(Path path) {
    String file = path.toString();
    FileBytes bytes = FileBytes.open(path);
    try {
      HdfFile hdf = guarded(file, () -> new HdfFile(path));
      try {
        Hdf5 open = new Hdf5(file, bytes, hdf);
        return guarded(file, open::read);
      } catch (RuntimeException | Error e) {
        hdf.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * Writes a file. The data streams; the file gets its name only when it is complete and forced to
   * the disk.
   *
   * @throws InvalidInputException if HDF5 cannot have such a name, type, rank or metadata
   * @throws io.coralml.NotFoundException if the folder does not exist
   * @throws io.coralml.StorageException if the file cannot be written
   */
  public static void write(
      Path path, Map<String, ? extends TensorSource> tensors, Map<String, String> metadata) {
    Hdf5Writer.write(path, tensors, metadata);
  }

  /**
   * Runs what reads through the library. It was written for files of good will: a damaged one makes
   * it throw anything, which here means just that.
   */
  static <T> T guarded(String file, Supplier<T> action) {
    try {
      return action.get();
    } catch (io.coralml.CoralException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | AssertionError e) {
      throw new CorruptDataException(
          file + " is not a readable HDF5 file: " + firstLine(e) + ".", e);
    } catch (OutOfMemoryError e) {
      // It makes room for what a header claims before it looks whether the file has so much.
      throw new CorruptDataException(
          file
              + " is not a readable HDF5 file, or needs more memory than there is: "
              + firstLine(e)
              + "; raise -Xmx if you trust it.",
          e);
    }
  }

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return Quoted.of(failure.getClass().getSimpleName() + " " + message);
  }

  private TensorFile read() {
    walk("", hdf, 0);
    return new NamedTensors(
        file,
        tensors,
        metadata(),
        () -> {
          hdf.close();
          bytes.close();
        });
  }

  private void walk(String name, Group group, int depth) {
    if (depth > MAX_DEPTH || !onTheWay.add(group.getAddress())) {
      throw broken("its groups are nested deeper than " + MAX_DEPTH + " or contain themselves");
    }
    for (Map.Entry<String, Node> child : group.getChildren().entrySet()) {
      String inner = name.isEmpty() ? child.getKey() : name + "." + child.getKey();
      if (++nodes > MAX_NODES) {
        throw broken("it has more than " + MAX_NODES + " nodes");
      }
      Node node = child.getValue();
      if (node.isLink()) {
        throw new InvalidInputException(
            file + " has the link " + Quoted.of(inner) + ", and links are not followed; copy it.");
      } else if (node instanceof Group subgroup) {
        walk(inner, subgroup, depth + 1);
      } else if (node instanceof Dataset dataset) {
        Hdf5Tensor tensor = new Hdf5Tensor(file, inner, dataset);
        if (tensors.put(inner, tensor.in(bytes, hdf.getUserBlockSize())) != null) {
          throw broken("two datasets are called " + Quoted.of(inner));
        }
      }
    }
    onTheWay.remove(group.getAddress());
  }

  private Map<String, String> metadata() {
    Map<String, String> texts = new LinkedHashMap<>();
    hdf.getAttributes()
        .forEach(
            (name, attribute) -> {
              if (attribute.isScalar() && isPlain(attribute)) {
                texts.put(name, String.valueOf(attribute.getData()));
              }
            });
    return texts;
  }

  private static boolean isPlain(Attribute attribute) {
    Class<?> type = attribute.getJavaType();
    return attribute.getSizeInBytes() <= LONGEST_TEXT
        && (type == String.class || type.isPrimitive());
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(file + " is not a readable HDF5 file: " + rule + ".");
  }
}
