package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads PyTorch checkpoints ({@code .pt}, {@code .pth}) as {@code torch.save} has written them
 * since version 1.6. Nothing in them is ever executed.
 *
 * <h2>The format</h2>
 *
 * A zip archive whose members share one folder: {@code data.pkl}, a Python pickle of the saved
 * object; {@code data/KEY}, the bytes of one storage each; and possibly {@code byteorder} ({@code
 * little} or {@code big}). In the pickle a tensor is a call that names a storage, an offset, a
 * shape and strides.
 *
 * <p>The first read of a storage checks the whole of it against the archive's CRC. {@code
 * torch.serialization.set_crc32_options(False)} leaves wrong ones in the file: what was saved so is
 * refused when it is read, for nothing tells it from a damaged file.
 *
 * <p>Dictionaries, lists and tuples are walked; a tensor's name is the keys on the way to it,
 * joined by dots. Numbers, texts and truth values become metadata under the same kind of name.
 * Tensors may share a storage. Row-major ones are read where they lie; others are put in order in
 * memory at the first read.
 *
 * <h2>What is refused</h2>
 *
 * A pickle that names any callable but those that make tensors, parameters, ordered dictionaries,
 * sizes and devices: the message says which. Opcodes that do not describe data; containers that
 * contain themselves, are nested deeper than 64, or are shared so often that walking them takes
 * longer than the pickle; two tensors of one name; a storage that is missing or not as long as the
 * pickle says; a tensor that reaches beyond its storage or is larger than it. And everything that
 * {@link Npz} refuses in an archive. Files of PyTorch before 1.6 are no archives and are refused.
 *
 * <p>All methods may be called by any number of threads.
 */
public final class PyTorch {
  private static final String PICKLE = "data.pkl";
  private static final int MAX_PICKLE_BYTES = 256 << 20;
  private static final int MAX_DEPTH = 64;

  private final String file;
  private final Map<String, TensorSource> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Set<Object> onTheWay = Collections.newSetFromMap(new IdentityHashMap<>());
  private long visitsLeft;

  private PyTorch(String file, long visits) {
    this.file = file;
    this.visitsLeft = visits;
  }

  /**
   * Opens a file and reads its pickle; no tensor is read yet.
   *
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws CorruptDataException if it breaks a rule of the format
   * @throws InvalidInputException if it holds something that is not supported
   */
  public static TensorFile open(Path path) {
    ZipArchive archive = ZipArchive.open(path);
    try {
      PyTorch checkpoint = read(path.toString(), archive);
      return new NamedTensors(
          path.toString(), checkpoint.tensors, checkpoint.metadata, archive::close);
    } catch (RuntimeException | Error e) {
      archive.close();
      throw e;
    }
  }

  private static PyTorch read(String file, ZipArchive archive) {
    String pickleName =
        archive.members().keySet().stream()
            .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
            .findFirst()
            .orElseThrow(
                () ->
                    new CorruptDataException(
                        file + " is no PyTorch checkpoint: it has no " + PICKLE + "."));
    String folder = pickleName.substring(0, pickleName.length() - PICKLE.length());
    ByteBuffer pickle = whole(file, archive, pickleName, MAX_PICKLE_BYTES);
    boolean big = isBigEndian(file, archive, folder + "byteorder");
    Object root =
        Pickle.read(file, pickle, new PyTorchBuilder(file, archive.members(), folder, big));
    PyTorch checkpoint = new PyTorch(file, pickle.capacity());
    checkpoint.walk("", root, 0);
    return checkpoint;
  }

  private static boolean isBigEndian(String file, ZipArchive archive, String name) {
    if (!archive.members().containsKey(name)) {
      return false;
    }
    String order = StandardCharsets.UTF_8.decode(whole(file, archive, name, 16)).toString().strip();
    if (!order.equals("little") && !order.equals("big")) {
      throw new CorruptDataException(
          file + " has the byte order " + Quoted.of(order) + ", which is neither little nor big.");
    }
    return order.equals("big");
  }

  private static ByteBuffer whole(String file, ZipArchive archive, String name, int most) {
    ZipMember member = archive.members().get(name);
    if (member == null || member.length() > most) {
      throw new CorruptDataException(
          file + " has no member " + Quoted.of(name) + " of at most " + most + " bytes.");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) member.length());
    member.read(0, bytes);
    return bytes.flip();
  }

  private void walk(String name, Object value, int depth) {
    if (--visitsLeft < 0) {
      throw broken("its containers are shared so often that they cannot be listed");
    }
    if (value instanceof TensorSource tensor) {
      if (tensors.put(name, tensor) != null) {
        throw broken("two tensors are called " + Quoted.of(name));
      }
    } else if (value instanceof Pickle.Dict dict) {
      enter(value, depth);
      dict.values.forEach((key, inner) -> walk(join(name, key.toString()), inner, depth + 1));
      onTheWay.remove(value);
    } else if (value instanceof Pickle.Items items) {
      enter(value, depth);
      for (int i = 0; i < items.values.size(); i++) {
        walk(join(name, Integer.toString(i)), items.values.get(i), depth + 1);
      }
      onTheWay.remove(value);
    } else if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      metadata.put(name, value.toString());
    }
  }

  private void enter(Object container, int depth) {
    if (depth == MAX_DEPTH) {
      throw broken("its containers are nested deeper than " + MAX_DEPTH);
    }
    if (!onTheWay.add(container)) {
      throw broken("a container contains itself");
    }
  }

  private static String join(String name, String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(file + " is no readable PyTorch checkpoint: " + rule + ".");
  }
}
