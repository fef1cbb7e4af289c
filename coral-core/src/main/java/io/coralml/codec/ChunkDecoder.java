package io.coralml.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.coralml.CorruptDataException;
import io.coralml.InvalidInputException;
import io.coralml.tensor.Tensor;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Decodes chunks of one encoded tensor. Thread-safe. */
final class ChunkDecoder {
  /** For those who want to know nothing before all is done. */
  static final IntConsumer UNHEARD = bytes -> {};

  private final EncodedFormat format;
  private final EncodedFormat.Header header;
  private final @Nullable TensorSource base;
  private final int width;
  private final DecodingSpace space;
  private final boolean spaceIsShared;

  /**
   * @param base what was the base when this was encoded; may be null if the encoding needs none
   * @param shared where work arrays come from and go back to; null to keep some here until {@link
   *     #release}
   * @throws InvalidInputException if the base is missing or another one
   */
  ChunkDecoder(EncodedFormat format, @Nullable TensorSource base, @Nullable DecodingSpace shared) {
    this.spaceIsShared = shared != null;
    this.space = shared != null ? shared : new DecodingSpace();
    this.format = format;
    this.header = format.header();
    this.width = ElementForm.widthOf(header.dtype());
    this.base = format.baseId() == null ? null : checked(format, base);
  }

  private static TensorSource checked(EncodedFormat format, @Nullable TensorSource base) {
    if (base == null) {
      throw new InvalidInputException(
          "This tensor was encoded against the base " + format.baseId() + "; decode it with that.");
    }
    EncodedFormat.Header header = format.header();
    if (!TensorCodec.isOfForm(header.dtype(), header.shape(), header.byteLength(), base)) {
      throw new InvalidInputException(
          "This tensor was encoded against the base "
              + format.baseId()
              + ", which is "
              + header.dtype()
              + " "
              + header.shape()
              + " like itself, not "
              + base.dtype()
              + " "
              + base.shape()
              + "; decode it with the right one.");
    }
    if (!base.id().equals(format.baseId())) {
      throw new InvalidInputException(
          "This tensor was encoded against the base "
              + format.baseId()
              + ", not against "
              + base.id()
              + "; decode it with the right one.");
    }
    return base;
  }

  EncodedFormat.Header header() {
    return header;
  }

  int chunkCount() {
    return format.chunkCount();
  }

  /**
   * Decodes one chunk.
   *
   * @param into receives exactly the chunk's raw bytes
   * @param decoded is given now and then how many of them are there for good
   * @throws CorruptDataException if the chunk is not what the specification says
   */
  void decode(int chunk, ByteBuffer into, IntConsumer decoded) {
    Workspace work = space.take();
    int slack = CodedChunk.slack(into.remaining() / width);
    byte[] encoded = work.encoded(format.chunkLength(chunk) + slack);
    format.readChunk(chunk, encoded);
    ByteBuffer out = into.slice().order(ByteOrder.LITTLE_ENDIAN);
    ChunkMode mode = ChunkMode.of(encoded[0] & 0xFF);
    ByteBuffer bases = base == null || !mode.needsBase() ? null : bases(base, mode, chunk, out);
    decode(work, encoded, 0, format.chunkLength(chunk), bases, out, decoded);
    into.position(into.limit());
    space.giveBack(work);
  }

  /**
   * Returns the base's bytes. They are read to where the target's will take their place, unless
   * they are in memory and not copied anyway: a chain of deltas is decoded in the room of one
   * chunk.
   */
  private ByteBuffer bases(TensorSource from, ChunkMode mode, int chunk, ByteBuffer out) {
    long position = header.rawPosition(chunk);
    if (from instanceof Tensor && copiesNothing(mode)) {
      return ChunkBytes.of(from, position, header.rawLength(chunk));
    }
    from.read(position, out.duplicate());
    return out;
  }

  private static boolean copiesNothing(ChunkMode mode) {
    return mode == ChunkMode.DELTA || mode == ChunkMode.SCALED || mode == ChunkMode.PAIRED;
  }

  /** Lets go of arrays that only this decoder uses; the next chunk makes new ones. */
  void release() {
    if (!spaceIsShared) {
      space.clear();
    }
  }

  /** Decodes; the bases of modes that copy them are in {@code out} already. */
  private void decode(
      Workspace work,
      byte[] in,
      int from,
      int to,
      @Nullable ByteBuffer bases,
      ByteBuffer out,
      IntConsumer decoded) {
    int length = out.limit();
    int body = to - from - 1;
    ChunkMode mode = ChunkMode.of(in[from] & 0xFF);
    require(!mode.needsBase() || bases != null);
    switch (mode) {
      case RAW -> {
        require(body == length);
        out.put(0, in, from + 1, length);
      }
      case CONSTANT -> {
        require(body == width);
        fill(out, in, from + 1);
      }
      case BASE -> {
        // What was read as the base is the target.
        require(body == 0);
      }
      case ZSTD -> {
        out.put(0, Planes.join(unzstd(in, from + 1, body, length), width));
      }
      case ALONE, PALETTE ->
          CodedChunk.decode(work, header.dtype(), in, from, to, null, out, length / width, decoded);
      case DELTA, SCALED, PAIRED ->
          CodedChunk.decode(
              work, header.dtype(), in, from, to, bases, out, length / width, decoded);
      case SPARSE -> decodeSparse(work, in, from, to, bases, out);
    }
  }

  private static byte[] unzstd(byte[] in, int from, int body, int length) {
    byte[] planes = new byte[length];
    try {
      require(Zstd.decompressByteArray(planes, 0, length, in, from, body) == length);
    } catch (ZstdException e) {
      throw new CorruptDataException(
          "A chunk of an encoded tensor is damaged (" + e.getMessage() + "); restore another copy.",
          e);
    }
    return planes;
  }

  private void decodeSparse(
      Workspace work, byte[] in, int from, int to, ByteBuffer bases, ByteBuffer out) {
    BitReader reader = new BitReader(in, from + 1, to);
    int[] places = SparseChunk.readPlaces(reader, out.limit() / width, (to - from) * 8L);
    int values = reader.align();
    require(values < to);
    ChunkMode mode = ChunkMode.of(in[values] & 0xFF);
    require(mode != ChunkMode.SPARSE && mode != ChunkMode.BASE);
    ByteBuffer changed = SparseChunk.gather(bases, places, width);
    ByteBuffer target = ByteBuffer.allocate(changed.limit()).order(ByteOrder.LITTLE_ENDIAN);
    decode(work, in, values, to, changed, target, UNHEARD);
    SparseChunk.scatter(target, out, places, width);
  }

  private void fill(ByteBuffer out, byte[] in, int from) {
    out.put(0, in, from, width);
    for (int done = width; done < out.limit(); done *= 2) {
      out.put(done, out, 0, Math.min(done, out.limit() - done));
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new CorruptDataException(
          "A chunk of an encoded tensor is damaged although its checksum is right; restore it from"
              + " another copy.");
    }
  }
}
