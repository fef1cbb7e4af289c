package io.coralml.junit.engine;

import io.coralml.junit.BenchmarkException;
import io.coralml.junit.Blackhole;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one benchmark on one thread, each in a field of its own kind so that nothing is
 * boxed.
 *
 * <p>Hazard: C2 trusts what is bound into a constant method handle and folds it, and hoists a
 * computation on values that cannot change out of the loop. Defence: the arguments live in plain,
 * non-final fields of an object that has escaped, and are read again in every turn of the loop,
 * which the volatile read in {@link Loop} forces.
 */
@SuppressWarnings("UnusedVariable") // read by the method handles that bind() makes
final class Operands {
  /** How many arguments of one kind a benchmark may have. */
  static final int MAX_PER_KIND = 6;

  /** What a loop calls: receiver, arguments, black hole. */
  static final MethodType TARGET =
      MethodType.methodType(void.class, Object.class, Operands.class, Blackhole.class);

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  @Nullable Object o0;
  @Nullable Object o1;
  @Nullable Object o2;
  @Nullable Object o3;
  @Nullable Object o4;
  @Nullable Object o5;
  int i0;
  int i1;
  int i2;
  int i3;
  int i4;
  int i5;
  long l0;
  long l1;
  long l2;
  long l3;
  long l4;
  long l5;
  float f0;
  float f1;
  float f2;
  float f3;
  float f4;
  float f5;
  double d0;
  double d1;
  double d2;
  double d3;
  double d4;
  double d5;

  /** How many calls the loop may make; read again in every turn, see {@link Loop}. */
  volatile int callsAllowed;

  /** Written when a loop ends: how many of its calls returned. */
  int callsDone;

  /**
   * Adapts a method to a handle that takes its arguments from the fields of an {@code Operands}.
   *
   * <p>But for its black hole: nothing is computed from that one, so there is nothing to fold, and
   * to read it and check its type and that it is not null in every turn costs a body of half a
   * nanosecond 0.35 ns. It is a parameter of the loop, where all that is done once.
   *
   * @param method takes the receiver and then the arguments
   * @return a handle of type {@link #TARGET}
   */
  static MethodHandle bind(MethodHandle method) throws ReflectiveOperationException {
    MethodType type = method.type();
    MethodHandle bound = method.asType(type.changeParameterType(0, Object.class));
    int[] order = new int[type.parameterCount()];
    Map<Kind, Integer> used = new EnumMap<>(Kind.class);
    int hole = holeIn(type.dropParameterTypes(0, 1).parameterArray());
    for (int i = 1; i < order.length; i++) {
      if (i - 1 == hole) {
        order[i] = 2;
        continue;
      }
      Class<?> parameter = type.parameterType(i);
      Kind kind = Kind.of(parameter);
      MethodHandle getter = LOOKUP.findGetter(Operands.class, kind.field(used), kind.type);
      MethodHandle typed =
          MethodHandles.explicitCastArguments(
              getter, MethodType.methodType(parameter, Operands.class));
      bound = MethodHandles.filterArguments(bound, i, typed);
      order[i] = 1;
    }
    return MethodHandles.permuteArguments(bound, TARGET, order);
  }

  /** Returns the place of the first black hole among the parameters; -1 when there is none. */
  static int holeIn(Class<?>[] types) {
    return Arrays.asList(types).indexOf(Blackhole.class);
  }

  /** Puts arguments into the fields where {@link #bind} looks for them. */
  static Operands of(Class<?>[] types, Object[] arguments) throws ReflectiveOperationException {
    Operands operands = new Operands();
    Map<Kind, Integer> used = new EnumMap<>(Kind.class);
    int hole = holeIn(types);
    for (int i = 0; i < types.length; i++) {
      if (i == hole) {
        continue;
      }
      Kind kind = Kind.of(types[i]);
      var field = Operands.class.getDeclaredField(kind.field(used));
      field.set(operands, kind.widen(arguments[i]));
    }
    return operands;
  }

  /** Replaces one argument. */
  void replace(Class<?>[] types, int position, Object argument)
      throws ReflectiveOperationException {
    Map<Kind, Integer> used = new EnumMap<>(Kind.class);
    int hole = holeIn(types);
    for (int i = 0; i < position; i++) {
      if (i != hole) {
        Kind.of(types[i]).field(used);
      }
    }
    Kind kind = Kind.of(types[position]);
    Operands.class.getDeclaredField(kind.field(used)).set(this, kind.widen(argument));
  }

  private enum Kind {
    OBJECT(Object.class, "o"),
    INT(int.class, "i"),
    LONG(long.class, "l"),
    FLOAT(float.class, "f"),
    DOUBLE(double.class, "d");

    private final Class<?> type;
    private final String prefix;

    Kind(Class<?> type, String prefix) {
      this.type = type;
      this.prefix = prefix;
    }

    static Kind of(Class<?> parameter) {
      if (!parameter.isPrimitive()) {
        return OBJECT;
      }
      if (parameter == long.class) {
        return LONG;
      }
      if (parameter == float.class) {
        return FLOAT;
      }
      return parameter == double.class ? DOUBLE : INT;
    }

    /** Returns the name of the next field of this kind. */
    String field(Map<Kind, Integer> used) {
      int number = used.merge(this, 1, Integer::sum) - 1;
      if (number >= MAX_PER_KIND) {
        throw new BenchmarkException(
            "A benchmark takes at most "
                + MAX_PER_KIND
                + " arguments of type "
                + type.getSimpleName()
                + "; gather the others in a record.");
      }
      return prefix + number;
    }

    @Nullable Object widen(@Nullable Object value) {
      if (this != INT || value == null) {
        return value;
      }
      if (value instanceof Boolean flag) {
        return flag ? 1 : 0;
      }
      return value instanceof Character letter ? (int) letter : ((Number) value).intValue();
    }
  }
}
