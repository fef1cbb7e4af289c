package io.coralml.cluster;

import io.coralml.similarity.Sample;
import io.coralml.similarity.SketchIndex;
import io.coralml.store.ObjectStore;
import io.coralml.store.StoredInfo;
import io.coralml.tensor.TensorId;
import io.coralml.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors among which bases are chosen: what each costs alone and against another, by samples.
 * The tensors themselves are read once, when the samples are taken, and not kept. Those that are
 * tiny or nearly constant are {@linkplain #others apart}: they stay as they are. Immutable and
 * thread-safe.
 */
public final class Population {
  /** Bytes that the samples of all tensors together may take. */
  private static final long SAMPLE_BYTES = 96L << 20;

  private static final int MOST_SAMPLED = 1024;
  private static final int LEAST_SAMPLED = 128;

  /** Bytes of an encoding and its entry besides the elements: header, tables, checksums. */
  private static final double ALONE_OVERHEAD = 120;

  private static final double DELTA_OVERHEAD = 190;

  /**
   * A tensor.
   *
   * @param bytes of the tensor itself
   * @param aloneBytes what it costs alone: measured if it is stored so, else estimated
   * @param base what it is stored against now; null if alone
   * @param storedBytes what it costs now
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  record Member(
      TensorId id,
      Sample sample,
      double[] place,
      long bytes,
      double aloneBytes,
      @Nullable TensorId base,
      long storedBytes) {}

  private final List<Member> members;
  private final List<StoredInfo> others;
  private final Map<TensorId, Integer> numbers = new HashMap<>();
  private final SketchIndex index;
  private final Function<TensorId, TensorSource> reader;

  private Population(
      List<Member> members,
      List<StoredInfo> others,
      SketchIndex index,
      Function<TensorId, TensorSource> reader) {
    this.members = List.copyOf(members);
    this.others = List.copyOf(others);
    this.index = index;
    this.reader = reader;
    for (int i = 0; i < members.size(); i++) {
      numbers.put(members.get(i).id(), i);
    }
  }

  /** Takes the samples of all tensors of a store. */
  public static Population of(ObjectStore store) {
    return of(store.tensors(), store::open);
  }

  /** Takes the samples of tensors, which are read in parallel. */
  static Population of(List<StoredInfo> tensors, Function<TensorId, TensorSource> reader) {
    long each = SAMPLE_BYTES / Math.max(1, tensors.size()) / Integer.BYTES;
    int sampled = (int) Math.max(LEAST_SAMPLED, Math.min(MOST_SAMPLED, each));
    SketchIndex index = SketchIndex.inMemory();
    List<StoredInfo> inOrder =
        tensors.stream().sorted(Comparator.comparing(StoredInfo::id)).toList();
    List<Optional<Sampled>> taken =
        inOrder.parallelStream().map(info -> sample(info, reader, sampled)).toList();
    List<Member> members = new ArrayList<>();
    List<StoredInfo> others = new ArrayList<>();
    for (int i = 0; i < taken.size(); i++) {
      StoredInfo info = inOrder.get(i);
      Sampled it = taken.get(i).orElse(null);
      if (it != null && index.add(it.kept(), info.id())) {
        members.add(member(info, it));
      } else {
        others.add(info);
      }
    }
    return new Population(members, others, index, reader);
  }

  /** A sample, and what the larger one it was taken from says of the cost alone. */
  private record Sampled(Sample kept, double aloneBits) {}

  private static Optional<Sampled> sample(
      StoredInfo info, Function<TensorId, TensorSource> reader, int sampled) {
    if (!SketchIndex.isWorthwhile(info.shape().elements(), info.byteLength())) {
      return Optional.empty();
    }
    Sample whole = Sample.of(reader.apply(info.id()));
    return Optional.of(new Sampled(whole.thinned(sampled), whole.aloneBits()));
  }

  private static Member member(StoredInfo info, Sampled sampled) {
    Sample kept = sampled.kept();
    double alone =
        info.depth() == 0
            ? info.storedBytes()
            : sampled.aloneBits() / 8 * kept.elements() + ALONE_OVERHEAD;
    return new Member(
        info.id(),
        kept,
        Projection.of(kept),
        info.byteLength(),
        alone,
        info.base(),
        info.storedBytes());
  }

  /** Returns how many tensors bases are chosen for. */
  public int size() {
    return members.size();
  }

  /** Returns the tensors that are tiny or nearly constant and stay as they are. */
  public List<StoredInfo> others() {
    return others;
  }

  Member member(int number) {
    return members.get(number);
  }

  OptionalInt number(TensorId id) {
    Integer number = numbers.get(id);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  SketchIndex index() {
    return index;
  }

  /** Opens a tensor to measure what it really costs. */
  TensorSource open(int number) {
    return reader.apply(members.get(number).id());
  }

  boolean comparable(int one, int two) {
    return member(one).sample().block() == member(two).sample().block();
  }

  /** Returns the expected bytes of a tensor against a base. */
  double deltaBytes(int target, int base) {
    Member member = member(target);
    Member other = member(base);
    if (member.base() != null && member.base().equals(other.id())) {
      return member.storedBytes();
    }
    Sample sample = member.sample();
    return sample.deltaBits(other.sample()) / 8 * sample.elements() + DELTA_OVERHEAD;
  }

  /** Returns how far two tensors are apart: 0 if equal, about 1.4 if they are strangers. */
  double distance(int one, int two) {
    return comparable(one, two)
        ? Projection.distance(member(one).place(), member(two).place())
        : Math.sqrt(2);
  }

  /** Returns the members by dtype and shape, each group in order. */
  List<int[]> blocks() {
    Map<Long, List<Integer>> blocks = new LinkedHashMap<>();
    IntStream.range(0, size())
        .forEach(
            i ->
                blocks
                    .computeIfAbsent(member(i).sample().block(), any -> new ArrayList<>())
                    .add(i));
    return blocks.values().stream()
        .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
        .toList();
  }

  /** Returns the population of some of the tensors. */
  Population only(List<Integer> numbersOfSome) {
    List<Member> some = numbersOfSome.stream().map(members::get).toList();
    SketchIndex part = SketchIndex.inMemory();
    some.forEach(member -> part.add(member.sample(), member.id()));
    return new Population(some, List.of(), part, reader);
  }
}
