package io.coralml.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The text a commit carries beside its tensors.
 *
 * <h2>Format of {@code metadata.json}, version 1</h2>
 *
 * One JSON object in UTF-8 without white space, {@code {"version":1,"commit":{...},"model":{...}}},
 * followed by a line feed; keys sorted by UTF-16 order, all values strings. At most 1 MiB.
 *
 * @param commit what was noted of this one commit, for instance its loss; the next commit begins
 *     without it
 * @param model what belongs to the model, for instance the metadata of the safetensors file it came
 *     from; a commit inherits it from its parent
 */
public record CommitMetadata(SortedMap<String, String> commit, SortedMap<String, String> model) {
  /** Nothing at all. */
  public static final CommitMetadata EMPTY = new CommitMetadata(new TreeMap<>(), new TreeMap<>());

  /** The largest file, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  static final String FILE = "metadata.json";

  /** Made when there is something to read or write: making it costs more than most commands. */
  private static final class Lazy {
    static final JsonFactory JSON =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(MAX_BYTES)
                    .build())
            .build();
  }

  /** Copies both maps. */
  public CommitMetadata {
    commit = Collections.unmodifiableSortedMap(new TreeMap<>(commit));
    model = Collections.unmodifiableSortedMap(new TreeMap<>(model));
  }

  /**
   * Returns the file's bytes.
   *
   * @throws InvalidInputException if they would be more than 1 MiB
   */
  byte[] format() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = Lazy.JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeNumberField("version", 1);
      write(json, "commit", commit);
      write(json, "model", model);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new InvalidInputException(
          "The metadata of a commit must be valid Unicode; this one is not.", e);
    }
    if (out.size() > MAX_BYTES) {
      throw new InvalidInputException(
          "The metadata of a commit takes "
              + out.size()
              + " bytes; the limit is "
              + MAX_BYTES
              + ".");
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, String field, Map<String, String> values)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  /**
   * Reads the file.
   *
   * @throws CorruptDataException if it is not what {@link #format} writes
   */
  static CommitMetadata parse(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw damaged(null);
    }
    return PlainMetadata.read(bytes).orElseGet(() -> parseAny(bytes));
  }

  /** Reads the file whatever characters it holds. */
  static CommitMetadata parseAny(byte[] bytes) {
    try (JsonParser json = Lazy.JSON.createParser(bytes)) {
      expect(json, JsonToken.START_OBJECT);
      expectField(json, "version");
      expect(json, JsonToken.VALUE_NUMBER_INT);
      if (json.getIntValue() != 1) {
        throw damaged(null);
      }
      SortedMap<String, String> commit = strings(json, "commit");
      SortedMap<String, String> model = strings(json, "model");
      expect(json, JsonToken.END_OBJECT);
      return new CommitMetadata(commit, model);
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private static SortedMap<String, String> strings(JsonParser json, String field)
      throws IOException {
    expectField(json, field);
    expect(json, JsonToken.START_OBJECT);
    SortedMap<String, String> values = new TreeMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      expect(json, JsonToken.VALUE_STRING);
      values.put(key, json.getText());
    }
    if (json.currentToken() != JsonToken.END_OBJECT) {
      throw damaged(null);
    }
    return values;
  }

  private static void expectField(JsonParser json, String name) throws IOException {
    expect(json, JsonToken.FIELD_NAME);
    if (!json.currentName().equals(name)) {
      throw damaged(null);
    }
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.nextToken() != token) {
      throw damaged(null);
    }
  }

  private static CorruptDataException damaged(@Nullable Throwable cause) {
    String message = "A commit's " + FILE + " is not what Coral writes; run 'coral fsck'.";
    return cause == null
        ? new CorruptDataException(message)
        : new CorruptDataException(message, cause);
  }
}
