package io.coralml.codec;

import com.github.luben.zstd.Zstd;
import io.coralml.tensor.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cheapest {@link ChunkMode} of a chunk, from samples and histograms rather than by
 * trying them all. For one thread at a time.
 */
final class ChunkEncoder {
  /** A delta binds to a base; it must save at least this share against coding alone. */
  private static final double WORTH_A_BASE = 0.99;

  /** A delta of at most this share of the raw bits is taken without a look at coding alone. */
  private static final double NEAR = 0.55;

  /** So many blocks show whether rows or columns differ. */
  private static final int SPREAD_BLOCKS = 4;

  /** How wide a context with scales is, as a power of 2 of the scales' levels. */
  private static final int SCALE_SPACING = 1;

  /** In smaller chunks tables are too large a part to be foreseen: there scales are tried. */
  private static final int FORESEEABLE = 1 << 16;

  /** Scales must save at least this share: what they will cost is known from a sample only. */
  private static final double WORTH_SCALES = 0.999;

  /** From this share of equal elements on, places and values are tried. */
  private static final double SPARSE_UNCHANGED = 0.93;

  /** With one change in so many elements, nothing else is. */
  private static final int SURELY_SPARSE = 64;

  /** So many elements are looked at first. */
  private static final int PROBES = 128;

  private final DType dtype;
  private final Effort effort;
  private final int width;
  private final Tuning tuning;
  private final EncoderSpace space;
  private final @Nullable MatrixRows rows;

  /**
   * @param rows how the chunk's elements lie in a matrix; null if they do in none
   */
  ChunkEncoder(DType dtype, Effort effort, EncoderSpace space, @Nullable MatrixRows rows) {
    this.space = space;
    this.rows = rows;
    this.dtype = dtype;
    this.effort = effort;
    this.width = ElementForm.widthOf(dtype);
    this.tuning = Tuning.of(effort);
  }

  /**
   * Encodes one chunk.
   *
   * @param target its bytes, little-endian, position 0 to limit: at least one and whole elements
   * @param base the base's bytes at the same place, or null
   */
  CodedBytes encode(ByteBuffer target, @Nullable ByteBuffer base) {
    if (base != null && target.mismatch(base) < 0) {
      return CodedBytes.plain(new byte[] {(byte) ChunkMode.BASE.code()});
    }
    int elements = target.limit() / width;
    if (base != null && seemsSparse(target, base, elements)) {
      int[] changes = SparseChunk.changes(target, base, width, elements / SURELY_SPARSE);
      if (changes.length < elements / SURELY_SPARSE) {
        return orRaw(sparse(target, base, changes), target);
      }
    }
    return encode(target, base, elements, true);
  }

  /** Returns whether at most one in {@value #SURELY_SPARSE} of some elements differs. */
  private boolean seemsSparse(ByteBuffer target, ByteBuffer base, int elements) {
    int changed = 0;
    for (int probe = 0; probe < PROBES; probe++) {
      int at = (int) ((long) elements * probe / PROBES) * width;
      changed += equal(target, base, at, at + width) ? 0 : 1;
    }
    return changed * SURELY_SPARSE <= PROBES;
  }

  private static boolean equal(ByteBuffer one, ByteBuffer other, int from, int to) {
    int at = from;
    while (at < to && one.get(at) == other.get(at)) {
      at++;
    }
    return at == to;
  }

  private CodedBytes sparse(ByteBuffer target, ByteBuffer base, int[] changes) {
    byte[] places = SparseChunk.writePlaces(changes);
    ByteBuffer changed = SparseChunk.gather(target, changes, width);
    ByteBuffer before = SparseChunk.gather(base, changes, width);
    CodedBytes values = encode(changed, before, changes.length, false);
    if (effort == Effort.MAX) {
      // So few that the finer model may cost more than it saves, and that a second try is nothing.
      ChunkEncoder balanced = new ChunkEncoder(dtype, Effort.BALANCED, space, null);
      values = smaller(balanced.encode(changed, before, changes.length, false), values);
    }
    byte[] sparse = Arrays.copyOf(places, places.length + values.length());
    System.arraycopy(values.bytes(), 0, sparse, places.length, values.length());
    return CodedBytes.plain(sparse);
  }

  private CodedBytes encode(
      ByteBuffer target, @Nullable ByteBuffer base, int elements, boolean mayBeSparse) {
    if (isConstant(target)) {
      byte[] encoded = new byte[1 + width];
      encoded[0] = (byte) ChunkMode.CONSTANT.code();
      target.get(0, encoded, 1, width);
      return CodedBytes.plain(encoded);
    }
    space.fit(ElementBlock.slots(Math.min(elements, ElementBlock.SIZE), width));
    ElementForm form = ElementForm.of(dtype, narrow(target, elements));
    if (base == null) {
      return alone(target, elements, form);
    }
    BlockLoader loader = new BlockLoader(space, target, base, elements, form);
    DeltaEncoder delta = new DeltaEncoder(space, loader, tuning);
    double unchanged = delta.unchanged();
    if (mayBeSparse && rows != null && form.isFloat()) {
      delta = scaledOr(delta, loader, rows);
    }
    if (mayBeSparse && unchanged > SPARSE_UNCHANGED) {
      int[] changes = SparseChunk.changes(target, base, width, elements / 16);
      if (changes.length <= elements / 16) {
        CodedBytes sparse = sparse(target, base, changes);
        return changes.length < elements / SURELY_SPARSE
            ? orRaw(sparse, target)
            : smaller(sparse, deltaOrAlone(delta, target, elements, form));
      }
    }
    return deltaOrAlone(delta, target, elements, form);
  }

  /** Returns an encoder with scales of rows and columns where these save bits. */
  private DeltaEncoder scaledOr(DeltaEncoder delta, BlockLoader loader, MatrixRows matrix) {
    if (tuning.contexts() == 1) {
      return delta;
    }
    ScaleSearch search = new ScaleSearch(space, loader, matrix);
    if (search.spread(SPREAD_BLOCKS) < tuning.worthScales()) {
      return delta;
    }
    Scales scales = search.find(SCALE_SPACING, tuning.scaleEvery());
    if (scales == null) {
      return delta;
    }
    DeltaEncoder scaled = new DeltaEncoder(space, loader.with(scales), tuning);
    boolean worth = scaled.bits() < WORTH_SCALES * delta.bits();
    if (worth && loader.elements() < FORESEEABLE) {
      worth = scaled.encode().length() < delta.encode().length();
    }
    return worth ? scaled : delta;
  }

  private CodedBytes deltaOrAlone(
      DeltaEncoder delta, ByteBuffer target, int elements, ElementForm form) {
    double deltaBits = delta.bits();
    boolean near = deltaBits < NEAR * form.bits() * elements;
    AloneEncoder alone =
        new AloneEncoder(space, new BlockLoader(space, target, null, elements, form), tuning);
    if (near || deltaBits < WORTH_A_BASE * alone.glance()) {
      return orRaw(delta.encode(), target);
    }
    return alone(target, elements, form);
  }

  private CodedBytes alone(ByteBuffer target, int elements, ElementForm form) {
    AloneEncoder alone =
        new AloneEncoder(space, new BlockLoader(space, target, null, elements, form), tuning);
    boolean gains = alone.plan() < target.limit() * 8.0;
    CodedBytes best = gains ? orRaw(alone.encode(), target) : raw(target);
    return form.isFloat() ? best : smaller(zstd(target), best);
  }

  private static CodedBytes smaller(CodedBytes one, CodedBytes other) {
    return one.length() < other.length() ? one : other;
  }

  private CodedBytes zstd(ByteBuffer target) {
    byte[] bytes = new byte[target.limit()];
    target.get(0, bytes);
    byte[] compressed = Zstd.compress(Planes.split(bytes, width), tuning.zstdLevel());
    byte[] encoded = new byte[1 + compressed.length];
    encoded[0] = (byte) ChunkMode.ZSTD.code();
    System.arraycopy(compressed, 0, encoded, 1, compressed.length);
    return CodedBytes.plain(encoded);
  }

  /** Returns the encoding, or the raw bytes if they are fewer. */
  private static CodedBytes orRaw(CodedBytes encoded, ByteBuffer target) {
    return encoded.length() <= target.limit() ? encoded : raw(target);
  }

  private static CodedBytes raw(ByteBuffer target) {
    byte[] encoded = new byte[1 + target.limit()];
    encoded[0] = (byte) ChunkMode.RAW.code();
    target.get(0, encoded, 1, target.limit());
    return CodedBytes.plain(encoded);
  }

  private boolean isConstant(ByteBuffer target) {
    int rest = target.limit() - width;
    return target.slice(width, rest).equals(target.slice(0, rest));
  }

  /** Returns how many low bits are zero in every element. */
  private int narrow(ByteBuffer target, int elements) {
    long any = 0;
    if (width == 8) {
      for (int i = 0; i < elements; i++) {
        any |= target.getLong(i * 8);
      }
    } else {
      any = anyBits(target, elements);
    }
    return Math.min(width * 8 - 1, Long.numberOfTrailingZeros(any));
  }

  private int anyBits(ByteBuffer target, int elements) {
    int[] any = space.difference;
    Arrays.fill(any, 0);
    int bits = 0;
    for (int first = 0; first < elements && (bits & 1) == 0; first += ElementBlock.SIZE) {
      int count = Math.min(ElementBlock.SIZE, elements - first);
      ElementBlock.load(target, width, first, count, space.words, space.part, space.target);
      join(any, space.target, ElementBlock.slots(count, width));
      bits |= any[0];
    }
    for (int more : any) {
      bits |= more;
    }
    return bits;
  }

  private static void join(int[] any, int[] values, int count) {
    for (int i = 0; i < count; i++) {
      any[i] |= values[i];
    }
  }
}
