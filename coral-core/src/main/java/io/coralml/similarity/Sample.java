package io.coralml.similarity;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import io.coralml.tensor.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Up to {@value Positions#SAMPLE} elements of a tensor, at places that tensors of its dtype and
 * shape share. From two samples follows what one tensor costs when it is encoded against the other;
 * from one, what it costs alone. Costs are in bits per element of the tensor and are estimates: the
 * codec has the last word. Immutable and thread-safe.
 */
public final class Sample {
  private static final int CONTEXTS = 8;
  private static final int CLASSES = 68;
  private static final double LN_2 = Math.log(2);

  private final ElementKind kind;
  private final long block;
  private final long elements;
  private final int[] raw;
  private final int zeros;

  private Sample(ElementKind kind, long block, long elements, int[] raw) {
    this.kind = kind;
    this.block = block;
    this.elements = elements;
    this.raw = raw;
    int union = 0;
    for (int each : raw) {
      union |= each;
    }
    this.zeros = union == 0 ? 0 : Integer.numberOfTrailingZeros(union);
  }

  /** Takes the sample of a tensor, which is read at those places. */
  public static Sample of(TensorSource tensor) {
    ElementKind kind = ElementKind.of(tensor.dtype());
    long elements = tensor.byteLength() / kind.bytes();
    long[] positions = Positions.of(elements, kind.bytes());
    int[] raw = new int[positions.length];
    // Leaf by leaf: whoever reads one element of a leaf has the whole leaf hashed or decoded.
    int leafBytes = (int) Math.min(Positions.LEAF_BYTES, tensor.byteLength());
    ByteBuffer leaf = ByteBuffer.allocate(leafBytes).order(ByteOrder.LITTLE_ENDIAN);
    long loaded = -1;
    for (int i = 0; i < raw.length; i++) {
      long at = positions[i] * kind.bytes();
      long start = at - at % Positions.LEAF_BYTES;
      if (start != loaded) {
        leaf.clear().limit((int) Math.min(leafBytes, tensor.byteLength() - start));
        tensor.read(start, leaf);
        loaded = start;
      }
      raw[i] = kind.select(element(leaf, (int) (at - start), kind.bytes()));
    }
    return new Sample(kind, block(tensor.dtype(), tensor.shape()), elements, raw);
  }

  private static long element(ByteBuffer bytes, int at, int size) {
    return switch (size) {
      case 1 -> bytes.get(at) & 0xFF;
      case 2 -> bytes.getShort(at) & 0xFFFF;
      case 4 -> bytes.getInt(at) & 0xFFFF_FFFFL;
      default -> bytes.getLong(at);
    };
  }

  /** Returns a number that tensors share only if they have one dtype and shape. */
  static long block(DType dtype, Shape shape) {
    long hash = 0;
    for (int i = 0; i < dtype.name().length(); i++) {
      hash = Positions.mix(hash ^ dtype.name().charAt(i));
    }
    hash = Positions.mix(hash ^ shape.rank());
    for (int i = 0; i < shape.rank(); i++) {
      hash = Positions.mix(hash ^ shape.dim(i));
    }
    return hash;
  }

  /** Returns a number that tensors share only if they have one dtype and shape. */
  public long block() {
    return block;
  }

  /** Returns how many elements the tensor has; of complex numbers, twice as many. */
  public long elements() {
    return elements;
  }

  /** Returns how many of them were looked at. */
  public int size() {
    return raw.length;
  }

  /** Returns the bytes this sample takes in memory, nearly. */
  public long memoryBytes() {
    return 64 + 4L * raw.length;
  }

  ElementKind kind() {
    return kind;
  }

  int raw(int index) {
    return raw[index];
  }

  /** Returns a smaller sample: every so-manieth element of this one. */
  public Sample thinned(int most) {
    if (raw.length <= most) {
      return this;
    }
    int step = (raw.length + most - 1) / most;
    int[] fewer = new int[raw.length / step];
    for (int i = 0; i < fewer.length; i++) {
      fewer[i] = raw[i * step];
    }
    return new Sample(kind, block, elements, fewer);
  }

  /** Returns the value of a sampled element. */
  public double value(int index) {
    return kind.value(raw[index]);
  }

  /**
   * Returns how far this tensor lies from another: the mean of log2(1 + |d|) over the sample, d
   * being the difference of the elements as ordered numbers. 0 if the samples are equal. This is
   * what ranks candidates: it is cheap and grows with what the codec will need.
   */
  public double distance(Sample base) {
    int shift = Math.min(zeros, base.zeros);
    double sum = 0;
    for (int i = 0; i < raw.length; i++) {
      sum += log2(1 + (difference(base, i) >>> shift));
    }
    return raw.length == 0 ? 0 : sum / raw.length;
  }

  private long difference(Sample base, int i) {
    long mine = kind.ordered(raw[i]) & 0xFFFF_FFFFL;
    return Math.abs(mine - (kind.ordered(base.raw[i]) & 0xFFFF_FFFFL));
  }

  /** Exact at powers of two, linear between them. */
  private static double log2(long value) {
    int whole = 63 - Long.numberOfLeadingZeros(value);
    return whole + (value - (1L << whole)) / (double) (1L << whole);
  }

  /**
   * Returns what an element is expected to cost against a base, in bits: the entropy of sign and
   * size of the difference, given the base's magnitude, and the bits below that are as good as
   * random. The entropy is corrected for the sample being small (Miller and Madow).
   */
  public double deltaBits(Sample base) {
    int shift = Math.min(zeros, base.zeros);
    int[][] counts = new int[CONTEXTS][CLASSES];
    long below = 0;
    int highest = base.highestExponent();
    for (int i = 0; i < raw.length; i++) {
      long mine = kind.ordered(raw[i]) & 0xFFFF_FFFFL;
      long theirs = kind.ordered(base.raw[i]) & 0xFFFF_FFFFL;
      long size = Math.abs(mine - theirs) >>> shift;
      int width = 64 - Long.numberOfLeadingZeros(size);
      below += Math.max(0, width - 1);
      int context = Math.min(CONTEXTS - 1, highest - base.exponent(i));
      counts[context][mine < theirs ? width + 34 : width]++;
    }
    double wide = raw.length == 0 ? 0 : (double) below / raw.length;
    return wide + conditionalEntropy(counts) + unseen();
  }

  private static double conditionalEntropy(int[][] counts) {
    double sum = 0;
    int all = 0;
    int cells = 0;
    for (int[] context : counts) {
      int total = 0;
      for (int count : context) {
        sum -= count == 0 ? 0 : count * Math.log(count);
        total += count;
        cells += count == 0 ? 0 : 1;
      }
      sum += total == 0 ? 0 : total * Math.log(total);
      cells -= total == 0 ? 0 : 1;
      all += total;
    }
    return all == 0 ? 0 : (sum + cells / 2.0) / all / LN_2;
  }

  /** Returns what an element is expected to cost when the tensor is encoded alone, in bits. */
  public double aloneBits() {
    int dropped = kind.order() == ElementKind.Order.FLOAT && kind.bits() > 8 ? kind.mantissa() : 0;
    Map<Integer, Integer> counts = new HashMap<>();
    long below = 0;
    for (int each : raw) {
      if (dropped == 0 && kind.bits() > 8) {
        int width = 32 - Integer.numberOfLeadingZeros(kind.ordered(each) - kind.ordered(0));
        below += Math.max(0, width - 1);
        counts.merge(width, 1, Integer::sum);
      } else {
        counts.merge(each >>> dropped, 1, Integer::sum);
      }
    }
    double sum = 0;
    for (int count : counts.values()) {
      sum -= count * Math.log((double) count / raw.length);
    }
    double entropy = raw.length == 0 ? 0 : (sum + (counts.size() - 1) / 2.0) / raw.length / LN_2;
    double verbatim = dropped > 0 ? Math.max(0, dropped - zeros) : (double) below / raw.length;
    return Math.min(8.0 * kind.bytes(), entropy + verbatim + unseen());
  }

  /** Bits of an element that are not looked at; they count as random. */
  private int unseen() {
    return 8 * kind.bytes() - kind.bits();
  }

  private int exponent(int i) {
    if (kind.order() == ElementKind.Order.FLOAT) {
      return (raw[i] & ((1 << (kind.bits() - 1)) - 1)) >>> kind.mantissa();
    }
    return kind.bits() == 8 ? 0 : 32 - Integer.numberOfLeadingZeros(raw[i]);
  }

  private int highestExponent() {
    int highest = 0;
    for (int i = 0; i < raw.length; i++) {
      highest = Math.max(highest, exponent(i));
    }
    return highest;
  }

  /**
   * Returns which share of what it costs alone this tensor is expected to save against a base; at
   * most 0 if the base is no use.
   */
  public double saving(Sample base) {
    double alone = aloneBits();
    return alone <= 0 || base.block != block ? 0 : 1 - deltaBits(base) / alone;
  }
}
