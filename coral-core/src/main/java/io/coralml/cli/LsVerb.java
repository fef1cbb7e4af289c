package io.coralml.cli;

import io.coralml.InvalidInputException;
import io.coralml.repository.Repository;
import io.coralml.repository.TensorInfo;
import io.coralml.repository.TensorQuery;
import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ls", description = "List the tensors of a revision.")
final class LsVerb extends Verb {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REVISION",
      description = "Which model; HEAD when absent.")
  private String revision = "HEAD";

  @Option(
      names = "--name",
      paramLabel = "GLOB",
      description = "Only tensors of such names; * stands for anything, ? for one character.")
  private @Nullable String glob;

  @Option(names = "--dtype", paramLabel = "DTYPE", description = "Only tensors of that dtype.")
  private @Nullable String dtype;

  @Option(
      names = "--shape",
      paramLabel = "DIMS",
      description = "Only tensors of that shape, for instance 256x128.")
  private @Nullable String shape;

  @Option(names = "--min-bytes", paramLabel = "N", description = "Only tensors at least so large.")
  private long minBytes;

  @Option(names = "--json", description = "Print JSON.")
  private boolean asJson;

  LsVerb(Shell shell) {
    super(shell);
  }

  @Override
  public Integer call() {
    try (Repository repository = shell().repository()) {
      List<TensorInfo> found = repository.snapshot(revision).find(query());
      if (asJson) {
        json(found);
      } else {
        found.forEach(
            info ->
                print(
                    String.format(
                        "%-8s %-16s %10s  %s",
                        info.dtype(),
                        info.shape(),
                        Texts.bytes(info.byteLength()),
                        Texts.name(info.name()))));
      }
    }
    return 0;
  }

  private TensorQuery query() {
    TensorQuery query = glob == null ? TensorQuery.all() : TensorQuery.named(glob);
    query = query.atLeastBytes(minBytes);
    if (dtype != null) {
      query = query.dtype(DType.named(dtype));
    }
    return shape == null ? query : query.shape(parse(shape));
  }

  private static Shape parse(String text) {
    if (text.equals("scalar")) {
      return Shape.scalar();
    }
    String[] parts = text.split("x", -1);
    long[] dims = new long[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        dims[i] = Long.parseLong(parts[i]);
      }
    } catch (NumberFormatException e) {
      throw new InvalidInputException(
          "A shape looks like 256x128, or is the word scalar; this one does not.", e);
    }
    return Shape.of(dims);
  }

  private void json(List<TensorInfo> found) {
    Json.print(
        shell().out(),
        json -> {
          json.writeStartArray();
          for (TensorInfo info : found) {
            json.writeStartObject();
            json.writeStringField("name", info.name());
            json.writeStringField("id", info.id().toString());
            json.writeStringField("dtype", info.dtype().name());
            json.writeFieldName("shape");
            json.writeArray(info.shape().dims(), 0, info.shape().rank());
            json.writeNumberField("bytes", info.byteLength());
            Json.strings(json, "attributes", info.attributes());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
