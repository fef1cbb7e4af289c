package io.coralml.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file, parsed and checked against every rule that {@link Safetensors}
 * names. The header is parsed as it is read; nothing is allocated for what it merely claims.
 */
final class SafetensorsHeader {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Names come from strangers: they must not fill tables that outlive the parser.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNameLength(Safetensors.MAX_HEADER_BYTES)
                  .maxStringLength(Safetensors.MAX_HEADER_BYTES)
                  .maxNumberLength(20)
                  .build())
          .build();

  private final String file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private boolean hasMetadata;
  private final long dataStart;
  private final long dataLength;

  private record Entry(String name, DType dtype, Shape shape, long begin, long end) {}

  private SafetensorsHeader(String file, long dataStart, long dataLength) {
    this.file = file;
    this.dataStart = dataStart;
    this.dataLength = dataLength;
  }

  /**
   * Reads and checks a header.
   *
   * @param file what messages call the file
   * @throws CorruptDataException if it breaks a rule
   */
  static SafetensorsHeader read(String file, ByteSource bytes) {
    if (bytes.length() < Long.BYTES) {
      throw new CorruptDataException(
          file
              + " is no safetensors file: it has "
              + bytes.length()
              + " bytes and the header length alone takes 8.");
    }
    ByteBuffer prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(0, prefix);
    long length = prefix.getLong(0);
    // As an unsigned number: a set top bit is a very large one.
    if (length < 0 || length > Safetensors.MAX_HEADER_BYTES) {
      throw new CorruptDataException(
          file
              + " is no safetensors file: it claims a header of "
              + Long.toUnsignedString(length)
              + " bytes and the limit is "
              + Safetensors.MAX_HEADER_BYTES
              + ".");
    }
    long rest = bytes.length() - Long.BYTES;
    if (length > rest) {
      throw new CorruptDataException(
          file
              + " is cut short or no safetensors file: it claims a header of "
              + length
              + " bytes and holds "
              + rest
              + ".");
    }
    SafetensorsHeader header = new SafetensorsHeader(file, Long.BYTES + length, rest - length);
    header.parse(bytes, (int) length);
    header.checkCoverage();
    return header;
  }

  private void parse(ByteSource bytes, int length) {
    ByteBuffer first = ByteBuffer.allocate(Math.min(1, length));
    bytes.read(Long.BYTES, first);
    if (length == 0 || first.get(0) != '{') {
      throw broken("the header does not begin with {");
    }
    Reader text =
        new InputStreamReader(
            new SourceStream(bytes, Long.BYTES, length),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() != JsonToken.END_OBJECT) {
        parseMember(json);
      }
      if (json.nextToken() != null) {
        throw broken("something follows the header's closing brace");
      }
    } catch (CharacterCodingException e) {
      throw new CorruptDataException(message("the header is not UTF-8"), e);
    } catch (IOException e) {
      // Jackson's own message may quote the whole header; its first line says enough.
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new CorruptDataException(
          message("the header is not valid JSON (" + shorten(reason) + ")"), e);
    }
  }

  private static String shorten(String reason) {
    return reason.length() <= 120 ? reason : reason.substring(0, 120) + "...";
  }

  private void parseMember(JsonParser json) throws IOException {
    String name = json.currentName();
    if (name.equals(Safetensors.METADATA_KEY)) {
      parseMetadata(json);
      return;
    }
    if (!Quoted.isUnicode(name)) {
      throw broken("the tensor name " + Quoted.of(name) + " is not valid Unicode");
    }
    if (entries.containsKey(name)) {
      throw broken("the tensor " + Quoted.of(name) + " occurs twice");
    }
    entries.put(name, parseEntry(json, name));
  }

  private void parseMetadata(JsonParser json) throws IOException {
    if (hasMetadata) {
      throw broken(Safetensors.METADATA_KEY + " occurs twice");
    }
    hasMetadata = true;
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw broken(Safetensors.METADATA_KEY + " is not an object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw broken("the metadata " + Quoted.of(key) + " is not a string");
      }
      String value = json.getText();
      if (!Quoted.isUnicode(key) || !Quoted.isUnicode(value)) {
        throw broken("the metadata " + Quoted.of(key) + " is not valid Unicode");
      }
      if (metadata.put(key, value) != null) {
        throw broken("the metadata " + Quoted.of(key) + " occurs twice");
      }
    }
  }

  private Entry parseEntry(JsonParser json, String name) throws IOException {
    String tensor = "the tensor " + Quoted.of(name);
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw broken(tensor + " is not described by an object");
    }
    @Nullable String dtype = null;
    long @Nullable [] dims = null;
    long @Nullable [] offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      boolean twice =
          switch (key) {
            case "dtype" -> dtype != null;
            case "shape" -> dims != null;
            case "data_offsets" -> offsets != null;
            default -> throw broken(tensor + " has the unknown key " + Quoted.of(key));
          };
      if (twice) {
        throw broken(tensor + " has the key " + key + " twice");
      }
      switch (key) {
        case "dtype" -> dtype = parseText(json, tensor);
        case "shape" -> dims = parseNumbers(json, tensor + " has a shape", Shape.MAX_RANK);
        default -> offsets = parseNumbers(json, tensor + " has a pair of offsets", 2);
      }
    }
    if (dtype == null || dims == null || offsets == null || offsets.length != 2) {
      throw broken(tensor + " lacks a dtype, a shape or a pair of data_offsets");
    }
    return checked(name, tensor, dtype, dims, offsets);
  }

  private String parseText(JsonParser json, String tensor) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw broken(tensor + " has a dtype that is not a string");
    }
    return json.getText();
  }

  private long[] parseNumbers(JsonParser json, String what, int most) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw broken(what + " that is not an array");
    }
    long[] numbers = new long[most];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw broken(what + " with an entry that is not a whole number");
      }
      if (count == most) {
        throw broken(what + " of more than " + most + " entries");
      }
      if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
        throw broken(what + " with an entry that is negative or beyond 63 bits");
      }
      numbers[count++] = json.getLongValue();
    }
    return Arrays.copyOf(numbers, count);
  }

  private Entry checked(String name, String tensor, String dtype, long[] dims, long[] offsets) {
    long begin = offsets[0];
    long end = offsets[1];
    if (begin > end) {
      throw broken(tensor + " ends before it begins");
    }
    if (end > dataLength) {
      throw broken(
          tensor + " ends at byte " + end + " of the data, of which there are " + dataLength);
    }
    try {
      DType type = DType.named(dtype);
      Shape shape = Shape.of(dims);
      Tensor.requireLength(type, shape, end - begin);
      return new Entry(name, type, shape, begin, end);
    } catch (InvalidInputException e) {
      throw new CorruptDataException(message(tensor + " contradicts itself: " + e.getMessage()), e);
    }
  }

  /** Checks that the tensors cover the data exactly once. */
  private void checkCoverage() {
    List<Entry> inDataOrder = new ArrayList<>(entries.values());
    inDataOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long covered = 0;
    for (Entry entry : inDataOrder) {
      if (entry.begin < covered) {
        throw broken("the tensor " + Quoted.of(entry.name) + " overlaps another");
      }
      if (entry.begin > covered) {
        throw broken("there is a hole before the tensor " + Quoted.of(entry.name));
      }
      covered = entry.end;
    }
    if (covered != dataLength) {
      throw broken((dataLength - covered) + " bytes follow the last tensor");
    }
  }

  /** Returns the tensors, in header order, reading from {@code bytes} when asked. */
  Map<String, TensorSource> tensorsIn(ByteSource bytes) {
    Map<String, TensorSource> tensors = new LinkedHashMap<>();
    for (Entry entry : entries.values()) {
      tensors.put(
          entry.name,
          new SourceTensor(
              bytes, dataStart + entry.begin, entry.dtype, entry.shape, entry.end - entry.begin));
    }
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private CorruptDataException broken(String rule) {
    return new CorruptDataException(message(rule));
  }

  private String message(String rule) {
    return file + " is not a valid safetensors file: " + rule + ".";
  }
}
