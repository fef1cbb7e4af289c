package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes npz files, in which NumPy keeps several arrays: a zip archive with one member
 * {@code name.npy} ({@link Npy}) for each.
 *
 * <p>The first read of an array checks the whole of it against its CRC. Arrays that NumPy stored
 * uncompressed are then read where they lie; compressed ones are inflated into memory and may be
 * forgotten when memory is short. Nothing is ever unpacked to a file. Refused are, besides what
 * {@link Npy} refuses, members that are no arrays, and archives with encrypted members, with names
 * that occur twice or could lead out of a folder, with members that overlap, or with sizes no
 * compression can reach.
 *
 * <p>Written are uncompressed members, zip64 where they need it, in the order given, without dates,
 * so that equal arrays make equal files. NumPy has no place for metadata: they are left out.
 *
 * <p>All methods may be called by any number of threads.
 */
public final class Npz {
  private static final int COPY_BYTES = 1 << 20;
  private static final int MAX_NAME_BYTES = 0xFFFF;

  /** The earliest date a zip archive can name. */
  private static final LocalDateTime NO_DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Writes a file. The data streams; each tensor is read twice, for its checksum stands before it.
   * The file gets its name only when it is complete and forced to the disk.
   *
   * @throws InvalidInputException if NumPy has no such type, or a name cannot be that of a member
   * @throws io.coralml.NotFoundException if the folder does not exist
   * @throws io.coralml.StorageException if the file cannot be written
   */
  public static void write(Path path, Map<String, ? extends TensorSource> tensors) {
    write(path, tensors, Npy::descr);
  }

  /**
   * Writes a file like {@link #write(Path, Map)}, floats that NumPy does not have as the unsigned
   * integers of their bits.
   */
  public static void writeBits(Path path, Map<String, ? extends TensorSource> tensors) {
    write(path, tensors, Npy::bitsDescr);
  }

  private static void write(
      Path path, Map<String, ? extends TensorSource> tensors, Function<DType, String> descr) {
    try (PendingFile file = PendingFile.beside(path)) {
      ZipOutputStream zip =
          new ZipOutputStream(
              new BufferedOutputStream(new PendingStream(file)), StandardCharsets.UTF_8);
      for (Map.Entry<String, ? extends TensorSource> each : tensors.entrySet()) {
        write(zip, each.getKey(), each.getValue(), descr);
      }
      zip.finish();
      zip.flush();
      file.publish();
    } catch (IOException e) {
      throw new UncheckedIOException("A pending file throws exceptions of its own.", e);
    }
  }

  private static void write(
      ZipOutputStream zip, String name, TensorSource tensor, Function<DType, String> descr)
      throws IOException {
    String member = name + ".npy";
    if (!ZipArchive.isHarmless(member)
        || !Quoted.isUnicode(member)
        || member.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      throw new InvalidInputException(
          "The tensor name "
              + Quoted.of(name)
              + " cannot be that of a member of an archive; rename the tensor.");
    }
    byte[] header = Npy.header(tensor, descr.apply(tensor.dtype()));
    byte[] buffer = new byte[(int) Math.min(COPY_BYTES, tensor.byteLength())];
    CRC32 crc = new CRC32();
    crc.update(header);
    forEachPiece(tensor, buffer, length -> crc.update(buffer, 0, length));
    ZipEntry entry = new ZipEntry(member);
    entry.setMethod(ZipEntry.STORED);
    entry.setTimeLocal(NO_DATE);
    entry.setSize(header.length + tensor.byteLength());
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(header);
    forEachPiece(tensor, buffer, length -> zip.write(buffer, 0, length));
    zip.closeEntry();
  }

  /** Does something with the first bytes of a buffer. */
  private interface Piece {
    void take(int length) throws IOException;
  }

  private static void forEachPiece(TensorSource tensor, byte[] buffer, Piece use)
      throws IOException {
    for (long at = 0; at < tensor.byteLength(); at += buffer.length) {
      int length = (int) Math.min(buffer.length, tensor.byteLength() - at);
      tensor.read(at, ByteBuffer.wrap(buffer, 0, length));
      use.take(length);
    }
  }

  /** A file being written as a stream; it is not closed with the stream. */
  private static final class PendingStream extends OutputStream {
    private final PendingFile file;

    PendingStream(PendingFile file) {
      this.file = file;
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      file.write(ByteBuffer.wrap(bytes, offset, length));
    }
  }

  /**
   * Opens a file and reads its directory and the header of each array.
   *
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws CorruptDataException if it breaks a rule of the format
   * @throws InvalidInputException if it holds something that is not supported
   */
  public static TensorFile open(Path path) {
    ZipArchive archive = ZipArchive.open(path);
    try {
      String file = path.toString();
      Map<String, TensorSource> tensors = new LinkedHashMap<>();
      archive
          .members()
          .forEach(
              (name, member) -> {
                if (!name.endsWith(".npy")) {
                  throw new CorruptDataException(
                      file + " has the member " + Quoted.of(name) + ", which is no npy array.");
                }
                tensors.put(Npy.withoutSuffix(name), array(file + "!" + name, member));
              });
      return new NamedTensors(file, tensors, Map.of(), archive::close);
    } catch (RuntimeException | Error e) {
      archive.close();
      throw e;
    }
  }

  /** Reads a header without inflating what follows it. */
  private static TensorSource array(String name, ZipMember member) {
    ByteSource head = ByteSource.of(member.head(NpyHeader.MAX_BYTES));
    return Npy.array(name, NpyHeader.read(name, head), member);
  }
}
