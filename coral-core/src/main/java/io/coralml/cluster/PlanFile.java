package io.coralml.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.coralml.InvalidInputException;
import io.coralml.StorageException;
import io.coralml.tensor.TensorId;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plans as text, so that people can look at one before it is carried out.
 *
 * <h2>Specification, version 1</h2>
 *
 * A JSON object with the fields {@code format} ({@code "coral-plan"}), {@code version} (1), {@code
 * strategy} (kmeans, hierarchical, dbscan or forest), {@code max_depth}, {@code current_bytes},
 * {@code expected_bytes}, {@code quality} (an object with {@code clusters}, {@code singles}, {@code
 * cohesion}, {@code separation}, {@code silhouette}; numbers that are none are null) and, last,
 * {@code tensors}: an array of objects with {@code id} (64 hexadecimal digits), {@code base} (the
 * same, or null for none) and {@code bytes}. Unknown fields are ignored. A plan that breaks a
 * promise of {@link ClusterPlan} is refused.
 */
public final class PlanFile {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final String FORMAT = "coral-plan";
  private static final int VERSION = 1;

  private PlanFile() {}

  /** Writes a plan; does not close the writer. */
  public static void write(ClusterPlan plan, Writer to) {
    try {
      JsonGenerator json = FACTORY.createGenerator(to);
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      json.writeStringField("format", FORMAT);
      json.writeNumberField("version", VERSION);
      json.writeStringField("strategy", plan.strategy().name().toLowerCase(Locale.ROOT));
      json.writeNumberField("max_depth", plan.maxDepth());
      json.writeNumberField("current_bytes", plan.currentBytes());
      json.writeNumberField("expected_bytes", plan.expectedBytes());
      json.writeObjectFieldStart("quality");
      json.writeNumberField("clusters", plan.quality().clusters());
      json.writeNumberField("singles", plan.quality().singles());
      number(json, "cohesion", plan.quality().cohesion());
      number(json, "separation", plan.quality().separation());
      number(json, "silhouette", plan.quality().silhouette());
      json.writeEndObject();
      json.writeArrayFieldStart("tensors");
      for (ClusterPlan.Assignment each : plan.assignments()) {
        json.writeStartObject();
        json.writeStringField("id", each.id().toString());
        json.writeStringField("base", each.base().map(TensorId::toString).orElse(null));
        json.writeNumberField("bytes", each.expectedBytes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.close();
    } catch (IOException e) {
      throw new StorageException("The plan could not be written: " + e.getMessage(), e);
    }
  }

  private static void number(JsonGenerator json, String field, double value) throws IOException {
    if (Double.isFinite(value)) {
      json.writeNumberField(field, value);
    } else {
      json.writeNullField(field);
    }
  }

  /**
   * Reads a plan.
   *
   * @throws InvalidInputException if the text is not a valid plan
   */
  public static ClusterPlan read(Reader from) {
    try (JsonParser json = FACTORY.createParser(from)) {
      return new Reading().plan(json);
    } catch (IOException e) {
      throw new InvalidInputException(
          "This is no plan: it is not the JSON a plan is made of; make one with 'coral cluster"
              + " plan'.",
          e);
    }
  }

  private static InvalidInputException invalid(String what) {
    return new InvalidInputException(
        "This is no plan: " + what + "; make one with 'coral cluster plan'.");
  }

  /** What was read so far. */
  private static final class Reading {
    private String format = "";
    private int version;
    private String strategy = "";
    private int maxDepth;
    private long current;
    private long expected;
    private ClusterQuality quality = new ClusterQuality(0, 0, Double.NaN, Double.NaN, Double.NaN);
    private final List<ClusterPlan.Assignment> tensors = new ArrayList<>();

    ClusterPlan plan(JsonParser json) throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("it is no JSON object");
      }
      for (String field = next(json); field != null; field = next(json)) {
        field(json, field);
      }
      if (json.nextToken() != null) {
        throw invalid("something stands behind its end");
      }
      if (!format.equals(FORMAT) || version != VERSION) {
        throw invalid("its format is not " + FORMAT + " of version " + VERSION);
      }
      return new ClusterPlan(strategy(), maxDepth, current, expected, quality, tensors);
    }

    /** Returns the next field's name and moves to its value; null at the end of the object. */
    private static @Nullable String next(JsonParser json) throws IOException {
      JsonToken token = json.nextToken();
      if (token == null || token == JsonToken.END_OBJECT) {
        return null;
      }
      String field = json.currentName();
      json.nextToken();
      return field;
    }

    private void field(JsonParser json, String field) throws IOException {
      switch (field) {
        case "format" -> format = text(json);
        case "version" -> version = json.getIntValue();
        case "strategy" -> strategy = text(json);
        case "max_depth" -> maxDepth = json.getIntValue();
        case "current_bytes" -> current = json.getLongValue();
        case "expected_bytes" -> expected = json.getLongValue();
        case "quality" -> quality = quality(json);
        case "tensors" -> tensors(json);
        default -> json.skipChildren();
      }
    }

    private static String text(JsonParser json) throws IOException {
      return Optional.ofNullable(json.getValueAsString()).orElse("");
    }

    private ClusteringStrategy strategy() {
      for (ClusteringStrategy each : Clustering.CONTENDERS) {
        if (each.name().toLowerCase(Locale.ROOT).equals(strategy)) {
          return each;
        }
      }
      throw invalid("it names no strategy there is");
    }

    private static ClusterQuality quality(JsonParser json) throws IOException {
      requireObject(json);
      int[] counts = new int[2];
      double[] values = {Double.NaN, Double.NaN, Double.NaN};
      for (String field = next(json); field != null; field = next(json)) {
        switch (field) {
          case "clusters" -> counts[0] = json.getIntValue();
          case "singles" -> counts[1] = json.getIntValue();
          case "cohesion" -> values[0] = number(json);
          case "separation" -> values[1] = number(json);
          case "silhouette" -> values[2] = number(json);
          default -> json.skipChildren();
        }
      }
      return new ClusterQuality(counts[0], counts[1], values[0], values[1], values[2]);
    }

    private static double number(JsonParser json) throws IOException {
      double value = json.getValueAsDouble(Double.NaN);
      return json.currentToken() == JsonToken.VALUE_NULL || Double.isInfinite(value)
          ? Double.NaN
          : value;
    }

    private static void requireObject(JsonParser json) {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw invalid("a value is no object where one belongs");
      }
    }

    private void tensors(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw invalid("its tensors are no array");
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        requireObject(json);
        String id = "";
        String base = "";
        long bytes = 0;
        for (String field = next(json); field != null; field = next(json)) {
          switch (field) {
            case "id" -> id = text(json);
            case "base" -> base = text(json);
            case "bytes" -> bytes = json.getLongValue();
            default -> json.skipChildren();
          }
        }
        if (bytes < 0) {
          throw invalid("a tensor is to have " + bytes + " bytes");
        }
        Optional<TensorId> parsed =
            base.isEmpty() ? Optional.empty() : Optional.of(TensorId.parse(base));
        tensors.add(new ClusterPlan.Assignment(TensorId.parse(id), parsed, bytes));
      }
    }
  }
}
