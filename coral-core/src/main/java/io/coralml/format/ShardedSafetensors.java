package io.coralml.format;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes models that are spread over several safetensors files, as large models are
 * published.
 *
 * <h2>The format</h2>
 *
 * An index file, usually {@code model.safetensors.index.json}, holds one JSON object: {@code
 * weight_map}, which maps every tensor's name to the name of the file that holds it, and possibly
 * {@code metadata}, an object whose plain values are handed on as text ({@code total_size} is the
 * number of bytes of all tensors). The files lie beside the index; each is as {@link Safetensors}
 * says.
 *
 * <h2>What is refused</h2>
 *
 * JSON that is malformed, nested deeper than 8, longer than 100,000,000 bytes, or followed by
 * anything; one without {@code weight_map}; a name that occurs twice; a file name that is not that
 * of a file beside the index; a tensor that its file does not hold, and one that a file holds and
 * the index does not list there.
 *
 * <p>All methods may be called by any number of threads.
 */
public final class ShardedSafetensors {
  private static final String SUFFIX = ".safetensors.index.json";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxNameLength(Safetensors.MAX_HEADER_BYTES)
                  .build())
          .build();

  private final Path index;
  private final Links links;
  private final Map<String, String> weightMap = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, TensorFile> shards = new LinkedHashMap<>();

  private ShardedSafetensors(Path index, Links links) {
    this.index = index;
    this.links = links;
  }

  /** Opens the index and every file it names, none of which may be a symbolic link. */
  public static TensorFile open(Path index) {
    return open(index, Links.REFUSED);
  }

  /**
   * Opens the index and every file it names.
   *
   * @param links what to do if the index or a file is a symbolic link; the files lie beside the
   *     link, not beside what it leads to
   * @return the tensors in the index's order
   * @throws io.coralml.NotFoundException if the index or a file is missing
   * @throws io.coralml.StorageException if one cannot be read
   * @throws CorruptDataException if one breaks a rule of its format
   */
  public static TensorFile open(Path index, Links links) {
    ShardedSafetensors model = new ShardedSafetensors(index, links);
    try {
      model.readIndex();
      return new NamedTensors(index.toString(), model.tensors(), model.metadata, model::close);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /**
   * Writes a model as files of at most so many bytes of data (a larger tensor has a file of its
   * own) and, last, the index.
   *
   * @param index its name must end in {@code .safetensors.index.json}; the files are called like it
   * @param metadata goes into the index
   * @throws InvalidInputException if the name is another or the limit is not positive
   */
  public static void write(
      Path index,
      Map<String, ? extends TensorSource> tensors,
      Map<String, String> metadata,
      long maxShardBytes) {
    String name = String.valueOf(index.getFileName());
    if (!name.endsWith(SUFFIX) || maxShardBytes < 1) {
      throw new InvalidInputException(
          "The index of a sharded model is called NAME"
              + SUFFIX
              + " and its files hold a byte or"
              + " more; not "
              + Quoted.of(name)
              + " with "
              + maxShardBytes
              + " bytes.");
    }
    String stem = name.substring(0, name.length() - SUFFIX.length());
    List<Map<String, TensorSource>> parts = split(tensors, maxShardBytes);
    Map<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      String file = String.format("%s-%05d-of-%05d.safetensors", stem, i + 1, parts.size());
      Safetensors.write(index.resolveSibling(file), parts.get(i), Map.of());
      parts.get(i).keySet().forEach(tensor -> files.put(tensor, file));
    }
    try (PendingFile pending = PendingFile.beside(index)) {
      pending.write(ByteBuffer.wrap(json(files, metadata)));
      pending.publish();
    }
  }

  private static List<Map<String, TensorSource>> split(
      Map<String, ? extends TensorSource> tensors, long maxShardBytes) {
    List<Map<String, TensorSource>> parts = new ArrayList<>();
    Map<String, TensorSource> part = new LinkedHashMap<>();
    long held = 0;
    for (Map.Entry<String, ? extends TensorSource> entry : tensors.entrySet()) {
      long length = entry.getValue().byteLength();
      if (!part.isEmpty() && held + length > maxShardBytes) {
        parts.add(part);
        part = new LinkedHashMap<>();
        held = 0;
      }
      part.put(entry.getKey(), entry.getValue());
      held += length;
    }
    parts.add(part);
    return parts;
  }

  private static byte[] json(Map<String, String> files, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter().writeStartObject();
      writeTexts(json, "metadata", metadata);
      writeTexts(json, "weight_map", files);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot refuse to be written to.", e);
    }
    return bytes.toByteArray();
  }

  private static void writeTexts(JsonGenerator json, String field, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> entry : texts.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private void readIndex() {
    try (FileBytes bytes = FileBytes.open(links.resolve(index))) {
      if (bytes.length() > Safetensors.MAX_HEADER_BYTES) {
        throw broken("it has " + bytes.length() + " bytes");
      }
      try (JsonParser json = JSON.createParser(new SourceStream(bytes, 0, bytes.length()))) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
          throw broken("it is not a JSON object");
        }
        boolean mapped = false;
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String field = json.currentName();
          json.nextToken();
          mapped |= field.equals("weight_map");
          switch (field) {
            case "weight_map" -> readTexts(json, field, weightMap);
            case "metadata" -> readTexts(json, field, metadata);
            default -> json.skipChildren();
          }
        }
        if (!mapped) {
          throw broken("it has no weight_map");
        }
        if (json.nextToken() != null) {
          throw broken("something follows its closing brace");
        }
      } catch (IOException e) {
        throw new CorruptDataException(
            index + " is not a valid index of a sharded model: it is not valid JSON.", e);
      }
    }
  }

  private void readTexts(JsonParser json, String field, Map<String, String> into)
      throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw broken(field + " is not an object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      if (!value.isScalarValue()) {
        if (into == weightMap) {
          throw broken("the file of " + Quoted.of(key) + " is not a name");
        }
        json.skipChildren();
      } else if (into.put(key, json.getText()) != null) {
        throw broken(Quoted.of(key) + " occurs twice");
      }
    }
  }

  private Map<String, TensorSource> tensors() {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : weightMap.entrySet()) {
      String name = entry.getKey();
      TensorFile shard = shards.get(entry.getValue());
      if (shard == null) {
        shard = Safetensors.open(links.resolve(beside(entry.getValue())));
        shards.put(entry.getValue(), shard);
      }
      if (!shard.names().contains(name)) {
        throw broken(
            "it places "
                + Quoted.of(name)
                + " in "
                + Quoted.of(entry.getValue())
                + ", which does not hold it");
      }
      tensors.put(name, shard.tensor(name));
    }
    shards.forEach(
        (file, shard) -> {
          for (String name : shard.names()) {
            if (!file.equals(weightMap.get(name))) {
              throw broken(
                  Quoted.of(file) + " holds " + Quoted.of(name) + ", which it does not list there");
            }
          }
        });
    return tensors;
  }

  private Path beside(String file) {
    boolean plain =
        !file.isEmpty()
            && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
            && !file.equals(".")
            && !file.equals("..");
    if (!plain) {
      throw broken("it names the file " + Quoted.of(file) + ", which does not lie beside it");
    }
    return index.resolveSibling(file);
  }

  private void close() {
    shards.values().forEach(TensorFile::close);
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(
        index + " is not a valid index of a sharded model: " + rule + ".");
  }
}
