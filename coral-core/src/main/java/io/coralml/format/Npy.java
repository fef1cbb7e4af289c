package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads and writes npy files, in which NumPy keeps one array each.
 *
 * <h2>The format</h2>
 *
 * <table>
 * <caption>An npy file, integers little-endian</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>6</td><td>0x93 and ASCII {@code NUMPY}</td></tr>
 * <tr><td>2</td><td>version: 1.0, 2.0 or 3.0</td></tr>
 * <tr><td>2 or 4</td><td>length of the header: 2 bytes in version 1, else 4</td></tr>
 * <tr><td>n</td><td>the header: a Python dictionary with exactly {@code descr} (byte order, kind and
 * size of an element), {@code fortran_order} and {@code shape}</td></tr>
 * <tr><td>rest</td><td>the elements</td></tr>
 * </table>
 *
 * Read are floats of 16, 32 and 64 bits, integers of 8 to 64 bits, truth values and complex numbers
 * (128-bit ones as opaque {@code C128}), in either byte order and either order of axes; what is
 * handed out is always little-endian and row-major. Written are little-endian row-major files of
 * version 1.0, aligned to 64 bytes. NumPy has no bfloat16 nor 8-bit floats: those are refused, or
 * written as unsigned integers of the same bits on request.
 *
 * <h2>What is refused</h2>
 *
 * Another magic number or version; a header longer than 64 KiB or than the file, malformed, with a
 * key twice or unknown, or followed by anything but white space; a shape that 63 bits cannot count;
 * elements that are fewer or more than the shape asks for. As not supported: structured arrays,
 * texts, dates, raw records, and objects, which would have to be unpickled.
 *
 * <p>Source of the format: NumPy's format specification. All methods may be called by any number of
 * threads.
 */
public final class Npy {
  private static final int ALIGNMENT = 64;
  private static final int PREFIX_BYTES = 10;
  private static final int COPY_BYTES = 1 << 20;

  private Npy() {}

  /**
   * Opens a file. Its one tensor has the file's name without {@code .npy}.
   *
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws CorruptDataException if it breaks a rule of the format
   * @throws InvalidInputException if it holds something that is not supported
   */
  public static TensorFile open(Path path) {
    FileBytes bytes = FileBytes.open(path);
    try {
      String name = String.valueOf(path.getFileName());
      return new NamedTensors(
          path.toString(),
          Map.of(withoutSuffix(name), array(path.toString(), bytes)),
          Map.of(),
          bytes::close);
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  static String withoutSuffix(String name) {
    return name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
  }

  /** Returns the array that fills a source. */
  static TensorSource array(String file, ByteSource bytes) {
    return array(file, NpyHeader.read(file, bytes), bytes);
  }

  /** Returns the array that fills a source whose header has been read. */
  static TensorSource array(String file, NpyHeader header, ByteSource bytes) {
    int width = header.element().width();
    long held = bytes.length() - header.dataStart();
    long elements = header.shape().elements();
    if (held % width != 0 || held / width != elements) {
      throw new CorruptDataException(
          file
              + " is not a valid npy array: its shape "
              + header.shape()
              + " asks for "
              + elements
              + " elements of "
              + width
              + " bytes and it holds "
              + held
              + " bytes.");
    }
    return new StridedTensor(
        file,
        bytes,
        header.dataStart(),
        header.element(),
        header.shape(),
        header.fortran()
            ? StridedTensor.columnMajor(header.shape())
            : StridedTensor.rowMajor(header.shape()));
  }

  /**
   * Writes a file. The data streams; the file gets its name only when it is complete and forced to
   * the disk.
   *
   * @throws InvalidInputException if NumPy has no such type
   * @throws io.coralml.NotFoundException if the folder does not exist
   * @throws io.coralml.StorageException if the file cannot be written
   */
  public static void write(Path path, TensorSource tensor) {
    write(path, tensor, descr(tensor.dtype()));
  }

  /**
   * Writes a file like {@link #write(Path, TensorSource)}, floats that NumPy does not have as the
   * unsigned integers of their bits.
   */
  public static void writeBits(Path path, TensorSource tensor) {
    write(path, tensor, bitsDescr(tensor.dtype()));
  }

  /** Returns how NumPy describes a type, or the unsigned integers of its bits if it does not. */
  static String bitsDescr(DType dtype) {
    boolean bits =
        dtype.kind() == DType.Kind.FLOAT && (dtype.equals(DType.BF16) || dtype.bits() == 8);
    return bits ? (dtype.bytes() == 1 ? "|u" : "<u") + dtype.bytes() : descr(dtype);
  }

  private static void write(Path path, TensorSource tensor, String descr) {
    try (PendingFile file = PendingFile.beside(path)) {
      file.write(ByteBuffer.wrap(header(tensor, descr)));
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
      for (long at = 0; at < tensor.byteLength(); at += COPY_BYTES) {
        buffer.clear().limit((int) Math.min(COPY_BYTES, tensor.byteLength() - at));
        tensor.read(at, buffer);
        file.write(buffer.flip());
      }
      file.publish();
    }
  }

  static byte[] header(TensorSource tensor, String descr) {
    String dims =
        Arrays.stream(tensor.shape().dims())
            .mapToObj(dim -> dim + ",")
            .collect(Collectors.joining(" "));
    String text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + dims + "), }";
    int padded = (PREFIX_BYTES + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
    header.put(NpyHeader.MAGIC).put((byte) 1).put((byte) 0);
    header.putShort((short) (padded - PREFIX_BYTES));
    header.put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  /** Returns how NumPy describes a type; refuses one it does not have. */
  static String descr(DType dtype) {
    if (dtype.name().equals("C128")) {
      return "<c16";
    }
    boolean numpy =
        switch (dtype.kind()) {
          case FLOAT -> dtype.bits() >= 16 && !dtype.equals(DType.BF16);
          case INTEGER, BOOL, COMPLEX -> true;
          case PACKED, OPAQUE -> false;
        };
    if (!numpy) {
      throw new InvalidInputException(
          "NumPy has no type "
              + dtype
              + "; write safetensors, or the bits as unsigned integers if they are floats.");
    }
    String kind =
        switch (dtype.kind()) {
          case FLOAT -> "f";
          case INTEGER -> dtype.signed() ? "i" : "u";
          case BOOL -> "b";
          default -> "c";
        };
    return (dtype.bytes() == 1 ? "|" : "<") + kind + dtype.bytes();
  }
}
