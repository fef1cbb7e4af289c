package io.coralml.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes safetensors files, the format in which most weights are published.
 *
 * <h2>The format</h2>
 *
 * <table>
 * <caption>A safetensors file, integers little-endian</caption>
 * <tr><th>bytes</th><th>content</th></tr>
 * <tr><td>8</td><td>N, the length of the header, unsigned</td></tr>
 * <tr><td>N</td><td>the header: one JSON object in UTF-8, begun by an opening brace, spaces may
 * follow it</td></tr>
 * <tr><td>rest</td><td>the data: every tensor's bytes, little-endian, row-major</td></tr>
 * </table>
 *
 * The header's keys are tensor names; each value is an object with exactly {@code dtype} (a name),
 * {@code shape} (extents, outermost first; none for a scalar) and {@code data_offsets} (first byte
 * and byte behind the last, counted from the start of the data). The key {@code __metadata__} is
 * not a tensor: its value is an object of strings.
 *
 * <h2>What is refused</h2>
 *
 * A header longer than 100,000,000 bytes (the reference implementation's limit) or than the file;
 * JSON that is malformed, nested deeper than the format needs, not UTF-8, or followed by anything
 * but white space; a name, key or metadata entry that occurs twice; a dtype, shape or pair of
 * offsets that is missing or malformed; offsets outside the data; a length that is not what dtype
 * and shape ask for; and data that is not covered exactly once: no holes, no overlaps, nothing
 * behind the last tensor. The message is one sentence that names the file and the rule.
 *
 * <p>A dtype unknown to {@link DType} is opaque: its bytes are kept without being understood, and
 * any length is accepted for it.
 *
 * <h2>What is written</h2>
 *
 * The header lists the tensors in the order in which they were given. The data holds tensors with
 * wider elements first, and the header is padded with spaces to a multiple of 8 bytes, so that a
 * reader that maps the file finds every tensor aligned. The bytes of each tensor are those of its
 * source.
 *
 * <p>Source of the format: the safetensors project's format description. All methods may be called
 * by any number of threads.
 */
public final class Safetensors {
  /** The longest header that is read or written, in bytes. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  static final String METADATA_KEY = "__metadata__";

  private static final int COPY_BYTES = 1 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  private Safetensors() {}

  /**
   * Opens a file and checks its header; no tensor is read yet.
   *
   * @return the file, which stays open until it is closed
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws io.coralml.CorruptDataException if it breaks a rule of the format
   */
  public static TensorFile open(Path path) {
    FileBytes bytes = FileBytes.open(path);
    try {
      SafetensorsHeader header = SafetensorsHeader.read(path.toString(), bytes);
      return new NamedTensors(
          path.toString(), header.tensorsIn(bytes), header.metadata(), bytes::close);
    } catch (RuntimeException | Error e) {
      bytes.close();
      throw e;
    }
  }

  /**
   * Reads from bytes that are not a file of their own; closing the result releases nothing.
   *
   * @throws io.coralml.CorruptDataException if they break a rule of the format
   */
  public static TensorFile open(ByteSource bytes) {
    String name = "The safetensors data";
    SafetensorsHeader header = SafetensorsHeader.read(name, bytes);
    return new NamedTensors(name, header.tensorsIn(bytes), header.metadata(), () -> {});
  }

  /**
   * Writes a file. The data streams through a buffer of 1 MiB. The file gets its name only when it
   * is complete and forced to the disk, and replaces a file of that name in one step; after a
   * failure nothing of that name has changed.
   *
   * @param tensors by name, in the order the header is to list them
   * @param metadata text to carry along; no {@code __metadata__} is written when it is empty
   * @throws InvalidInputException if a name is {@code __metadata__} or cannot be written as UTF-8,
   *     or the header would be longer than {@link #MAX_HEADER_BYTES}
   * @throws io.coralml.NotFoundException if the folder does not exist
   * @throws io.coralml.StorageException if the file cannot be written
   */
  public static void write(
      Path path, Map<String, ? extends TensorSource> tensors, Map<String, String> metadata) {
    List<String> inDataOrder = inDataOrder(tensors);
    byte[] header = header(tensors, inDataOrder, metadata);
    try (PendingFile file = PendingFile.beside(path)) {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      file.write(buffer.putLong(header.length).flip());
      file.write(ByteBuffer.wrap(header));
      for (String name : inDataOrder) {
        copy(tensors.get(name), file, buffer);
      }
      file.publish();
    }
  }

  private static void copy(TensorSource tensor, PendingFile file, ByteBuffer buffer) {
    long length = tensor.byteLength();
    for (long at = 0; at < length; at += COPY_BYTES) {
      buffer.clear().limit((int) Math.min(COPY_BYTES, length - at));
      tensor.read(at, buffer);
      file.write(buffer.flip());
    }
  }

  private static List<String> inDataOrder(Map<String, ? extends TensorSource> tensors) {
    return tensors.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> -alignment(entry.getValue().dtype())))
        .<String>map(Map.Entry::getKey)
        .toList();
  }

  private static int alignment(DType dtype) {
    return dtype.isByteAligned() ? dtype.bytes() : 1;
  }

  private static byte[] header(
      Map<String, ? extends TensorSource> tensors,
      List<String> inDataOrder,
      Map<String, String> metadata) {
    Map<String, Long> begins = new HashMap<>();
    long end = 0;
    for (String name : inDataOrder) {
      begins.put(name, end);
      end = Math.addExact(end, tensors.get(name).byteLength());
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        writeMetadata(json, metadata);
      }
      for (Map.Entry<String, ? extends TensorSource> entry : tensors.entrySet()) {
        writeEntry(json, entry.getKey(), entry.getValue(), begins.get(entry.getKey()));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot refuse to be written to.", e);
    }
    while (bytes.size() % Long.BYTES != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > MAX_HEADER_BYTES) {
      throw new InvalidInputException(
          "The names and metadata of these tensors, "
              + tensors.size()
              + " in number, make a header of "
              + bytes.size()
              + " bytes and safetensors allows "
              + MAX_HEADER_BYTES
              + "; write several files.");
    }
    return bytes.toByteArray();
  }

  private static void writeMetadata(JsonGenerator json, Map<String, String> metadata)
      throws IOException {
    json.writeObjectFieldStart(METADATA_KEY);
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      requireUnicode("metadata", entry.getKey());
      requireUnicode("metadata", entry.getValue());
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeEntry(JsonGenerator json, String name, TensorSource tensor, long begin)
      throws IOException {
    if (name.equals(METADATA_KEY)) {
      throw new InvalidInputException(
          "A tensor named " + METADATA_KEY + " cannot be written as safetensors; rename it.");
    }
    requireUnicode("tensor name", name);
    Tensor.requireLength(tensor.dtype(), tensor.shape(), tensor.byteLength());
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", tensor.dtype().name());
    json.writeFieldName("shape");
    long[] dims = tensor.shape().dims();
    json.writeArray(dims, 0, dims.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {begin, begin + tensor.byteLength()}, 0, 2);
    json.writeEndObject();
  }

  private static void requireUnicode(String what, String text) {
    if (!Quoted.isUnicode(text)) {
      throw new InvalidInputException(
          "The "
              + what
              + " "
              + Quoted.of(text)
              + " has half a surrogate pair and cannot be written as UTF-8; rename it.");
    }
  }
}
