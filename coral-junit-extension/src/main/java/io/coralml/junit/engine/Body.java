package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import io.coralml.junit.Fresh;
import io.coralml.junit.memory.Allocation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;

/**
 * The body of a benchmark on one thread, ready to be called in a loop. After each run it tells how
 * many calls returned and how many bytes they allocated.
 */
final class Body {
  private final TimedLoop loop;
  private final Object receiver;
  private final Method method;
  private final Object[] arguments;
  private final Operands operands;
  private final Blackhole hole;
  private final List<FreshFixture> fixtures;
  private final Control control;
  private long callsDone;
  private long allocatedBytes;
  private long wallNanos;

  /** Makes the body of a method around whose calls there is a loop already. */
  Body(TimedLoop loop, Method method, Object receiver, Object[] arguments, Control control)
      throws ReflectiveOperationException {
    this.loop = loop;
    this.method = method;
    this.receiver = receiver;
    this.arguments = arguments;
    this.operands = Operands.of(method.getParameterTypes(), arguments);
    int place = Operands.holeIn(method.getParameterTypes());
    this.hole = place < 0 ? new Blackhole() : (Blackhole) arguments[place];
    this.fixtures = fixtures(method, receiver);
    this.control = control;
    control.governs(operands);
  }

  /** Makes the body of a method, with a loop of its own. */
  static Body of(Method method, Object receiver, List<Object> arguments, Control control)
      throws ReflectiveOperationException {
    method.setAccessible(true);
    MethodHandle handle = MethodHandles.lookup().unreflect(method);
    TimedLoop loop = Loop.around(Operands.bind(handle));
    return new Body(loop, method, receiver, arguments.toArray(), control);
  }

  /** Makes a body that does nothing, to compare others with. */
  static Body empty(Control control) throws ReflectiveOperationException {
    MethodHandle nothing = MethodHandles.empty(Operands.TARGET);
    Method any = Object.class.getMethod("hashCode");
    return new Body(Loop.around(nothing), any, new Object(), new Object[0], control);
  }

  private static List<FreshFixture> fixtures(Method method, Object receiver) {
    List<FreshFixture> fixtures = new ArrayList<>();
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (parameters[i].isAnnotationPresent(Fresh.class)) {
        fixtures.add(FreshFixture.of(parameters[i], i, receiver));
      }
    }
    return fixtures;
  }

  /** Returns the same body for another thread, with a black hole and operands of its own. */
  Body forAnotherThread() throws ReflectiveOperationException {
    Object[] own = arguments.clone();
    for (int i = 0; i < own.length; i++) {
      if (own[i] instanceof Blackhole) {
        own[i] = new Blackhole();
      }
    }
    return new Body(loop, method, receiver, own, control);
  }

  Control control() {
    return control;
  }

  Method method() {
    return method;
  }

  Object receiver() {
    return receiver;
  }

  Object[] arguments() {
    return arguments.clone();
  }

  boolean hasFixtures() {
    return !fixtures.isEmpty();
  }

  /** Returns how many calls of the last run returned. */
  long callsDone() {
    return callsDone;
  }

  /** Returns how many bytes the calls of the last run allocated; 0 where nobody counts them. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** Returns how long the last run took, the making of fixtures included, in ns. */
  long wallNanos() {
    return wallNanos;
  }

  /**
   * Calls the body, until it was called so often or the control stops it.
   *
   * @return how long all calls took, in ns
   * @throws Throwable what the body threw, with a note on which call it was
   */
  long run(long calls) throws Throwable {
    callsDone = 0;
    allocatedBytes = 0;
    long began = System.nanoTime();
    try {
      long nanos = fixtures.isEmpty() ? runTogether(calls) : runOneByOne(calls);
      wallNanos = fixtures.isEmpty() ? nanos : System.nanoTime() - began;
      return nanos;
    } catch (Throwable failure) {
      callsDone += operands.callsDone;
      failure.addSuppressed(
          new CallNumber("It was thrown by call " + (callsDone + 1) + " of this block."));
      throw failure;
    }
  }

  private long runTogether(long calls) throws Throwable {
    long before = Allocation.currentThreadBytes();
    long nanos = 0;
    do {
      operands.callsDone = 0;
      int next = (int) Math.min(calls - callsDone, Integer.MAX_VALUE);
      control.allow(operands, next);
      nanos += loop.run(receiver, operands, hole);
      callsDone += operands.callsDone;
    } while (callsDone < calls && !control.isStopped());
    allocatedBytes = Allocation.currentThreadBytes() - before;
    operands.callsDone = 0;
    return nanos;
  }

  private long runOneByOne(long calls) throws Throwable {
    long nanos = 0;
    Object[] made = new Object[fixtures.size()];
    while (callsDone < calls) {
      for (int i = 0; i < made.length; i++) {
        made[i] = fixtures.get(i).make();
        operands.replace(method.getParameterTypes(), fixtures.get(i).position(), made[i]);
      }
      operands.callsDone = 0;
      long before = Allocation.currentThreadBytes();
      control.allow(operands, 1);
      nanos += Math.max(0, loop.run(receiver, operands, hole) - Clock.COST_NANOS);
      allocatedBytes += Allocation.currentThreadBytes() - before;
      callsDone++;
      for (Object fixture : made) {
        FreshFixture.close(fixture);
      }
      if (control.isStopped()) {
        break;
      }
    }
    operands.callsDone = 0;
    return nanos;
  }

  /** Says which call of a block failed; a note on the failure, without a stack of its own. */
  private static final class CallNumber extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallNumber(String message) {
      super(message, null, false, false);
    }
  }
}
