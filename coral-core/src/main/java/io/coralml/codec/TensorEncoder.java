package io.coralml.codec;

import io.coralml.InvalidInputException;
import io.coralml.tensor.DType;
import io.coralml.tensor.TensorSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Encodes one tensor: cuts it into chunks, has each encoded, writes the container round them. */
final class TensorEncoder {
  /** Elements of a full chunk: enough to pay for entropy tables, few enough to read at random. */
  private static final int CHUNK_ELEMENTS = 1 << 18;

  /**
   * The same for single bytes, where little differs from the base and decoding is copying, and
   * where size comes first: a quarter of the tables.
   */
  private static final int LARGE_CHUNK_ELEMENTS = 1 << 20;

  /** Room is made in memory for at most so many chunks that are not there yet. */
  private static final int FORESEEN = 64;

  private static final int PROBES = 16;
  private static final int PROBE_ELEMENTS = 256;

  private final TensorSource target;
  private final @Nullable TensorSource base;
  private final EncodedFormat.Header header;
  private final Effort effort;
  private final int rowLength;
  private final Queue<EncoderSpace> spaces;

  /**
   * @param spaces where threads find work arrays and leave them
   */
  TensorEncoder(
      Effort effort, TensorSource target, @Nullable TensorSource base, Queue<EncoderSpace> spaces) {
    this.spaces = spaces;
    DType dtype = target.dtype();
    this.target = target;
    this.base = base;
    int width = ElementForm.widthOf(dtype);
    boolean large = width == 1 || effort == Effort.MAX || isSparse(target, base, width);
    int most = large ? LARGE_CHUNK_ELEMENTS : CHUNK_ELEMENTS;
    int chunkBytes = chunkBytes(target.byteLength(), width, most);
    this.header = new EncodedFormat.Header(dtype, target.shape(), target.byteLength(), chunkBytes);
    this.effort = effort;
    this.rowLength = rowLength(header);
    if (header.chunkCount() > Integer.MAX_VALUE / 64) {
      throw new InvalidInputException(
          "A tensor of " + target.byteLength() + " bytes is too large to encode; split it.");
    }
  }

  /** Chunks of equal size, so that none is a small rest. */
  private static int chunkBytes(long byteLength, int width, int most) {
    long elements = byteLength / width;
    if (elements == 0) {
      return 1;
    }
    long chunks = (elements + most - 1) / most;
    return (int) ((elements + chunks - 1) / chunks) * width;
  }

  private static int rowLength(EncodedFormat.Header header) {
    if (header.byteLength() == 0 || !header.dtype().isByteAligned()) {
      return 0;
    }
    int perElement = header.dtype().bytes() / header.width();
    return MatrixRows.lengthOf(header.shape(), perElement, header.chunkBytes() / header.width());
  }

  /** Returns whether at most one element in fifty differs at some places of a large tensor. */
  private static boolean isSparse(TensorSource target, @Nullable TensorSource base, int width) {
    long elements = target.byteLength() / width;
    if (base == null || elements <= CHUNK_ELEMENTS) {
      return false;
    }
    int changed = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      long first = (elements - PROBE_ELEMENTS) / PROBES * probe;
      ByteBuffer a = ChunkBytes.of(target, first * width, PROBE_ELEMENTS * width);
      ByteBuffer b = ChunkBytes.of(base, first * width, PROBE_ELEMENTS * width);
      changed += SparseChunk.changes(a, b, width, PROBE_ELEMENTS).length;
    }
    return changed * 50 <= PROBES * PROBE_ELEMENTS;
  }

  EncodedStats encode(int threads, WritableByteChannel out) throws IOException {
    int chunks = (int) header.chunkCount();
    int[] lengths = new int[chunks];
    int[] checksums = new int[chunks];
    Map<ChunkMode, Integer> counts = new EnumMap<>(ChunkMode.class);
    byte[] head = header.toBytes();
    writeFully(out, ByteBuffer.wrap(head));
    long[] payload = {0};
    long[] tables = {0};
    try {
      ChunkTasks.inOrder(
          chunks,
          threads,
          this::encodeChunk,
          (chunk, coded) -> {
            if (chunk == 0 && out instanceof MemoryChannel memory) {
              memory.expect(expected(coded.length()));
            }
            lengths[chunk] = coded.length();
            checksums[chunk] = EncodedFormat.checksum(coded.bytes(), coded.length());
            counts.merge(ChunkMode.of(coded.bytes()[0]), 1, Integer::sum);
            payload[0] += coded.length();
            tables[0] += coded.tableBytes();
            writeUnchecked(out, ByteBuffer.wrap(coded.bytes(), 0, coded.length()));
            giveBack(coded.bytes());
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    boolean based = base != null && counts.keySet().stream().anyMatch(ChunkMode::needsBase);
    ByteBuffer trailer = EncodedFormat.trailer(head, lengths, checksums, based ? base.id() : null);
    int overhead = head.length + trailer.remaining();
    writeFully(out, trailer);
    return new EncodedStats(
        EncodedStats.elementsOf(header.dtype(), header.byteLength()),
        header.byteLength(),
        payload[0] + overhead,
        tables[0] + overhead,
        counts);
  }

  /** Returns about how many bytes will follow the header, judged by the first chunk. */
  private long expected(int firstChunk) {
    long chunks = header.chunkCount();
    long some = Math.min(chunks - 1, FORESEEN);
    return firstChunk + some * (firstChunk + firstChunk / 32) + EncodedFormat.trailerBytes(chunks);
  }

  private CodedBytes encodeChunk(int chunk) {
    EncoderSpace found = spaces.poll();
    EncoderSpace space = found == null ? new EncoderSpace() : found;
    ChunkEncoder encoder = new ChunkEncoder(header.dtype(), effort, space, rows(chunk));
    CodedBytes encoded =
        encoder.encode(read(target, chunk), base == null ? null : read(base, chunk));
    spaces.add(space);
    return encoded;
  }

  /** Leaves an array whose bytes are written where the next chunk finds it. */
  private void giveBack(byte[] written) {
    EncoderSpace idle = spaces.poll();
    if (idle != null) {
      idle.keepOutput(written);
      spaces.add(idle);
    }
  }

  private @Nullable MatrixRows rows(int chunk) {
    long first = header.rawPosition(chunk) / header.width();
    return rowLength == 0 ? null : MatrixRows.from(first, rowLength);
  }

  private ByteBuffer read(TensorSource source, int chunk) {
    return ChunkBytes.of(source, header.rawPosition(chunk), header.rawLength(chunk));
  }

  private static void writeUnchecked(WritableByteChannel out, ByteBuffer bytes) {
    try {
      writeFully(out, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeFully(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
