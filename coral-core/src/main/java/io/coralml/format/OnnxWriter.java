package io.coralml.format;

import io.coralml.InvalidInputException;
import io.coralml.io.ByteSource;
import io.coralml.tensor.TensorSource;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Copies an ONNX model with other weights; see {@link Onnx#write} for the rules. The copy is first
 * laid out as pieces, for the lengths of messages stand before them, and then written, streaming.
 * For one thread.
 */
final class OnnxWriter {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NAME = 8;
  private static final int RAW_DATA = 9;
  private static final int EXTERNAL_DATA = 13;
  private static final int DATA_LOCATION = 14;
  private static final int COPY_BYTES = 1 << 20;

  private final String file;
  private final ByteSource model;
  private final Map<String, TensorSource> old;
  private final Map<String, ? extends TensorSource> tensors;
  private final Set<String> left;

  /** Something to write: bytes of the model, bytes made here, or a tensor. */
  private interface Piece {
    long length();

    void read(long position, ByteBuffer into);
  }

  private record Copied(ByteSource from, long start, long length) implements Piece {
    @Override
    public void read(long position, ByteBuffer into) {
      from.read(start + position, into);
    }
  }

  private record Made(ByteBuffer bytes) implements Piece {
    @Override
    public long length() {
      return bytes.capacity();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      into.put(bytes.slice((int) position, into.remaining()));
    }
  }

  private record Weights(TensorSource tensor) implements Piece {
    @Override
    public long length() {
      return tensor.byteLength();
    }

    @Override
    public void read(long position, ByteBuffer into) {
      tensor.read(position, into);
    }
  }

  /** Pieces one behind the other. */
  private static final class Layout {
    private final List<Piece> pieces = new ArrayList<>();
    private long length;

    void add(Piece piece) {
      if (piece.length() > 0) {
        pieces.add(piece);
        length += piece.length();
      }
    }

    /** Adds a field that is a message or bytes: its tag, its length, itself. */
    void field(int number, Layout content) {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      varint(head, (long) number << 3 | ProtoReader.BYTES);
      varint(head, content.length);
      add(new Made(ByteBuffer.wrap(head.toByteArray())));
      content.pieces.forEach(this::add);
    }
  }

  private OnnxWriter(
      String file,
      ByteSource model,
      Map<String, TensorSource> old,
      Map<String, ? extends TensorSource> tensors) {
    this.file = file;
    this.model = model;
    this.old = old;
    this.tensors = tensors;
    this.left = new HashSet<>(tensors.keySet());
  }

  static void write(Path path, Path like, Map<String, ? extends TensorSource> tensors) {
    try (FileBytes bytes = FileBytes.open(like);
        TensorFile open = Onnx.open(like)) {
      OnnxWriter writer = new OnnxWriter(like.toString(), bytes, open.tensors(), tensors);
      Layout layout = writer.layOut();
      try (PendingFile out = PendingFile.beside(path)) {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        for (Piece piece : layout.pieces) {
          for (long at = 0; at < piece.length(); at += COPY_BYTES) {
            buffer.clear().limit((int) Math.min(COPY_BYTES, piece.length() - at));
            piece.read(at, buffer);
            out.write(buffer.flip());
          }
        }
        out.publish();
      }
    }
  }

  private Layout layOut() {
    Layout copy = new Layout();
    ProtoReader reader = ProtoReader.over(file, model, 0, model.length());
    long start = 0;
    while (reader.next()) {
      if (reader.field() == MODEL_GRAPH) {
        copy.field(MODEL_GRAPH, graph(reader.message()));
      } else {
        reader.skip();
        copy.add(new Copied(model, start, reader.position() - start));
      }
      start = reader.position();
    }
    if (!left.isEmpty()) {
      throw new InvalidInputException(
          file
              + " has no initialiser "
              + Quoted.of(left.stream().sorted().findFirst().orElseThrow())
              + " (tensors it cannot take: "
              + left.size()
              + "); write into the model they came from.");
    }
    if (copy.length > Integer.MAX_VALUE) {
      throw new InvalidInputException(
          "The model would have "
              + copy.length
              + " bytes and ONNX allows 2147483647 in one file; write safetensors.");
    }
    return copy;
  }

  private Layout graph(ProtoReader reader) {
    Layout copy = new Layout();
    long start = reader.position();
    while (reader.next()) {
      if (reader.field() == GRAPH_INITIALIZER) {
        copy.field(GRAPH_INITIALIZER, initializer(reader.message()));
      } else {
        reader.skip();
        copy.add(new Copied(model, start, reader.position() - start));
      }
      start = reader.position();
    }
    return copy;
  }

  /** Everything but the data as it was; the data raw, in the message itself. */
  private Layout initializer(ProtoReader reader) {
    Layout copy = new Layout();
    String name = "";
    long start = reader.position();
    while (reader.next()) {
      boolean isData =
          switch (reader.field()) {
            case RAW_DATA,
                OnnxType.FLOAT_DATA,
                OnnxType.INT32_DATA,
                OnnxType.INT64_DATA,
                OnnxType.DOUBLE_DATA,
                OnnxType.UINT64_DATA,
                EXTERNAL_DATA,
                DATA_LOCATION ->
                true;
            default -> false;
          };
      if (reader.field() == NAME) {
        name = reader.text();
      } else {
        reader.skip();
      }
      if (!isData) {
        copy.add(new Copied(model, start, reader.position() - start));
      }
      start = reader.position();
    }
    Layout data = new Layout();
    data.add(new Weights(chosen(name)));
    copy.field(RAW_DATA, data);
    return copy;
  }

  private TensorSource chosen(String name) {
    TensorSource before = old.get(name);
    TensorSource after = tensors.get(name);
    left.remove(name);
    if (before == null) {
      throw new InvalidInputException(file + " changed while it was being read; try again.");
    }
    if (after == null) {
      return before;
    }
    if (!after.dtype().equals(before.dtype()) || !after.shape().equals(before.shape())) {
      throw new InvalidInputException(
          file
              + " has the initialiser "
              + Quoted.of(name)
              + " as "
              + before.dtype()
              + " "
              + before.shape()
              + " and the tensor is "
              + after.dtype()
              + " "
              + after.shape()
              + "; its graph needs what it has.");
    }
    return after;
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest >>> 7 != 0) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
