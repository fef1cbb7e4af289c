package io.coralml.format;

import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.TensorSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads the initialisers, that is the weights, of ONNX models, and writes them back into copies of
 * their models.
 *
 * <h2>The format</h2>
 *
 * An ONNX file is one protocol-buffers message, {@code ModelProto}. What is read of it:
 *
 * <table>
 * <caption>Messages and the fields that are read; all others are skipped</caption>
 * <tr><th>message</th><th>field</th><th>content</th></tr>
 * <tr><td>ModelProto</td><td>7 graph</td><td>GraphProto</td></tr>
 * <tr><td></td><td>14 metadata_props</td><td>StringStringEntryProto, repeated</td></tr>
 * <tr><td>GraphProto</td><td>5 initializer</td><td>TensorProto, repeated</td></tr>
 * <tr><td>TensorProto</td><td>1 dims</td><td>extents, outermost first</td></tr>
 * <tr><td></td><td>2 data_type</td><td>number of the element type</td></tr>
 * <tr><td></td><td>8 name</td><td>text</td></tr>
 * <tr><td></td><td>9 raw_data</td><td>the elements, little-endian, row-major; or instead</td></tr>
 * <tr><td></td><td>4 float_data</td><td>F32, and C64 as pairs</td></tr>
 * <tr><td></td><td>5 int32_data</td><td>I32; integers, floats and truth values of 16 bits and
 * fewer (F16 and BF16 as their bits)</td></tr>
 * <tr><td></td><td>7 int64_data</td><td>I64</td></tr>
 * <tr><td></td><td>10 double_data</td><td>F64, and 128-bit complex as pairs</td></tr>
 * <tr><td></td><td>11 uint64_data</td><td>U64 and U32</td></tr>
 * <tr><td></td><td>13 external_data, 14 data_location</td><td>location, offset and length of the
 * elements in another file, little-endian, row-major</td></tr>
 * <tr><td>StringStringEntryProto</td><td>1 key, 2 value</td><td>text</td></tr>
 * </table>
 *
 * Repeated numbers are read packed and unpacked. Types that safetensors has no name for are opaque:
 * {@code C128}, {@code U4}, {@code I4}, {@code U2}, {@code I2} and {@code ONNX_F4}, the last five
 * packed from the low bits up, the last byte padded.
 *
 * <p>Raw data is read from the file when it is asked for, also in files beyond 2 GiB; data in typed
 * fields is decoded into memory at the first read and may be forgotten when memory is short.
 * Weights inside {@code Constant} nodes or subgraphs are not initialisers and are left out.
 *
 * <h2>What is refused</h2>
 *
 * A length beyond the message around it, a number of more than 10 bytes, a wire type that is not
 * the field's, text that is not UTF-8; a name that is missing or occurs twice; an unknown or
 * missing element type; more than 64 dimensions; values that do not fit the element type; data that
 * is missing, given twice, or not as long as type and shape ask for; data in a file that does not
 * lie in the model's folder or below, or behind a symbolic link. As not supported: strings and
 * sparse initialisers.
 *
 * <h2>What is written</h2>
 *
 * A copy of a model, every field as it was, byte for byte and in its order, but for the data of the
 * initialisers: those are raw, inside the file, at the end of their messages. So what was in typed
 * fields or in files beside the model is inside afterwards, and the whole must stay under 2 GiB.
 *
 * <p>Source of the format: the ONNX project's {@code onnx.proto}. All methods may be called by any
 * number of threads.
 */
public final class Onnx {
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_METADATA = 14;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_SPARSE_INITIALIZER = 15;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;

  private final String file;
  private final ByteSource bytes;
  private final OnnxExternalData external;
  private final Map<String, TensorSource> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private Onnx(String file, ByteSource bytes, OnnxExternalData external) {
    this.file = file;
    this.bytes = bytes;
    this.external = external;
  }

  /**
   * Opens a file and reads the directory of its initialisers.
   *
   * @return the file, which stays open until it is closed
   * @throws io.coralml.NotFoundException if there is no such file
   * @throws io.coralml.StorageException if it cannot be read
   * @throws CorruptDataException if it breaks a rule of the format
   * @throws InvalidInputException if it uses something that is not supported
   */
  public static TensorFile open(Path path) {
    FileBytes bytes = FileBytes.open(path);
    OnnxExternalData external = new OnnxExternalData(path.toString(), path);
    Runnable closing =
        () -> {
          bytes.close();
          external.close();
        };
    try {
      return read(path.toString(), bytes, external, closing);
    } catch (RuntimeException | Error e) {
      closing.run();
      throw e;
    }
  }

  /**
   * Reads from bytes that are not a file of their own, for instance an entry of an archive; closing
   * the result releases nothing.
   *
   * @throws CorruptDataException if they break a rule of the format
   * @throws InvalidInputException if they use something that is not supported
   */
  public static TensorFile open(ByteSource bytes) {
    String name = "The ONNX data";
    return read(name, bytes, new OnnxExternalData(name, null), () -> {});
  }

  /**
   * Writes a copy of a model with other weights. The data streams; the file gets its name only when
   * it is complete and forced to the disk, and may be that of the model itself.
   *
   * @param like the model
   * @param tensors the new weights by name; initialisers that are not among them stay as they are
   * @throws InvalidInputException if the model has no initialiser of one of the names, or one of
   *     another type or shape, or the copy would have 2 GiB or more
   * @throws io.coralml.NotFoundException if the model or the folder does not exist
   * @throws CorruptDataException if the model breaks a rule of the format
   * @throws io.coralml.StorageException if a file cannot be read or written
   */
  public static void write(Path path, Path like, Map<String, ? extends TensorSource> tensors) {
    OnnxWriter.write(path, like, tensors);
  }

  private static TensorFile read(
      String name, ByteSource bytes, OnnxExternalData external, Runnable closing) {
    Onnx model = new Onnx(name, bytes, external);
    model.readModel(ProtoReader.over(name, bytes, 0, bytes.length()));
    return new NamedTensors(name, model.tensors, model.metadata, closing);
  }

  private void readModel(ProtoReader model) {
    boolean hasGraph = false;
    while (model.next()) {
      switch (model.field()) {
        case MODEL_GRAPH -> {
          hasGraph = true;
          readGraph(model.message());
        }
        case MODEL_METADATA -> readMetadata(model.message());
        default -> model.skip();
      }
    }
    if (!hasGraph) {
      throw model.broken("it holds no graph");
    }
  }

  private void readMetadata(ProtoReader entry) {
    String key = "";
    String value = "";
    while (entry.next()) {
      switch (entry.field()) {
        case ENTRY_KEY -> key = entry.text();
        case ENTRY_VALUE -> value = entry.text();
        default -> entry.skip();
      }
    }
    if (metadata.put(key, value) != null) {
      throw entry.broken("the metadata " + Quoted.of(key) + " occurs twice");
    }
  }

  private void readGraph(ProtoReader graph) {
    while (graph.next()) {
      switch (graph.field()) {
        case GRAPH_INITIALIZER -> readInitializer(graph.message());
        case GRAPH_SPARSE_INITIALIZER ->
            throw new InvalidInputException(
                file + " has sparse initialisers, which are not supported; make them dense.");
        default -> graph.skip();
      }
    }
  }

  private void readInitializer(ProtoReader message) {
    OnnxTensor tensor = OnnxTensor.read(file, bytes, message, external);
    if (tensors.put(tensor.name(), tensor.source()) != null) {
      throw message.broken("the initialiser " + Quoted.of(tensor.name()) + " occurs twice");
    }
  }
}
