package io.coralml.repository;

import io.coralml.tensor.DType;
import io.coralml.tensor.Shape;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Describes the tensors one looks for, by conditions that must all hold. Immutable: each method
 * returns a narrower query.
 *
 * <pre>{@code
 * TensorQuery.named("encoder.*").dtype(DType.F32).atLeastBytes(1 << 20)
 * }</pre>
 */
public final class TensorQuery {
  private final Predicate<TensorInfo> condition;
  private final Predicate<String> name;

  private TensorQuery(Predicate<String> name, Predicate<TensorInfo> condition) {
    this.name = name;
    this.condition = condition;
  }

  /** Returns the query that every tensor meets. */
  public static TensorQuery all() {
    return new TensorQuery(any -> true, any -> true);
  }

  /**
   * Returns a query by name.
   *
   * @param glob {@code *} stands for any characters, {@code ?} for one; everything else for itself
   */
  public static TensorQuery named(String glob) {
    Glob pattern = new Glob(glob);
    return new TensorQuery(pattern::matches, any -> true);
  }

  private TensorQuery and(Predicate<TensorInfo> more) {
    return new TensorQuery(name, condition.and(more));
  }

  /** Narrows the query to one dtype. */
  public TensorQuery dtype(DType dtype) {
    return and(info -> info.dtype().equals(dtype));
  }

  /** Narrows the query to one shape. */
  public TensorQuery shape(Shape shape) {
    return and(info -> info.shape().equals(shape));
  }

  /** Narrows the query to tensors of a number of dimensions; 0 is a scalar. */
  public TensorQuery rank(int rank) {
    return and(info -> info.shape().rank() == rank);
  }

  /** Narrows the query to tensors of at least so many bytes. */
  public TensorQuery atLeastBytes(long bytes) {
    return and(info -> info.byteLength() >= bytes);
  }

  /** Narrows the query to tensors of at most so many bytes. */
  public TensorQuery atMostBytes(long bytes) {
    return and(info -> info.byteLength() <= bytes);
  }

  /** Narrows the query to tensors that carry an attribute of a value. */
  public TensorQuery attribute(String key, String value) {
    return and(info -> Objects.equals(info.attributes().get(key), value));
  }

  /** Narrows the query by any other condition. */
  public TensorQuery where(Predicate<TensorInfo> more) {
    return and(more);
  }

  boolean mayMatch(String candidate) {
    return name.test(candidate);
  }

  /** Returns whether a tensor meets all conditions. */
  public boolean matches(TensorInfo info) {
    return name.test(info.name()) && condition.test(info);
  }
}
