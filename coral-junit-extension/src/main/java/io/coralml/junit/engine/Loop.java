package io.coralml.junit.engine;

import io.coralml.junit.Blackhole;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;

/**
 * The loop that is timed. This class is only the pattern: {@link #around} defines its class file
 * again for every benchmark, as a hidden class.
 *
 * <p>Hazards, assumptions, defences:
 *
 * <ul>
 *   <li>One loop shared by several benchmarks would see several targets; C2 would call them through
 *       a profile of all. So each benchmark has a class of its own, with a profile and compiled
 *       code of its own.
 *   <li>A call by reflection or by a handle in a variable costs more than a small body. A {@code
 *       static final} method handle is a constant for C2, which inlines through it. It comes from
 *       the hidden class's data.
 *   <li>What is bound into a constant handle is folded. So neither the receiver nor an argument is
 *       bound; receiver and black hole are parameters and the arguments are read from {@link
 *       Operands}.
 *   <li>What does not change in the loop is moved out of it, and what two turns both compute is
 *       computed once. The volatile read in every turn is an acquire barrier: fields have to be
 *       read again after it. On x86 it costs one load from the first-level cache.
 *   <li>A loop whose number of turns is known when it begins has no safepoint poll in it with some
 *       collectors: for up to 2^31 turns nothing can stop it, and whoever wants to stop it waits
 *       for a safepoint too. So what is read in every turn is the limit itself: the loop is not a
 *       counted one for C2, and a stop lowers the limit. One read and one branch do both.
 *   <li>The test stands at the head of the loop. At its foot (do, while) the comparison of two
 *       longs would be a number on the stack at the branch back, where the safepoint is, so C2
 *       would compute that number in every turn: six instructions, 0.3 ns.
 *   <li>How a method is compiled depends on what it calls, and on how often that was called before.
 *       A method of the engine that was called here was inlined for every benchmark but the first
 *       of a JVM: the loop around one body was two different loops, by its place in the order. So
 *       nothing is called here but the clock and the body; whoever starts a run makes it ready.
 *   <li>Calls are counted in an {@code int}. Counted in a {@code long}, a call with three receivers
 *       took 3.84 ns, in an {@code int} 3.65, in JMH's loop 3.55.
 *   <li>The clock is read outside the loop: at 5 to 20 ms per block its 20 to 30 ns vanish.
 * </ul>
 */
final class Loop implements TimedLoop {
  private static final MethodHandle TARGET = target();

  private static MethodHandle target() {
    try {
      MethodHandle handle =
          MethodHandles.classData(MethodHandles.lookup(), "_", MethodHandle.class);
      return handle != null ? handle : MethodHandles.empty(Operands.TARGET);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("A class may always read its own class data.", e);
    }
  }

  /**
   * Makes a loop.
   *
   * @param target the body, of type {@link Operands#TARGET}
   */
  static TimedLoop around(MethodHandle target) {
    try (InputStream file = Loop.class.getResourceAsStream("Loop.class")) {
      if (file == null) {
        throw new IllegalStateException("The class file of " + Loop.class + " is not readable.");
      }
      return (TimedLoop)
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(file.readAllBytes(), target, true)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (IOException
        | IllegalAccessException
        | InstantiationException
        | NoSuchMethodException
        | InvocationTargetException e) {
      throw new IllegalStateException("The measuring loop cannot be defined: " + e, e);
    }
  }

  @Override
  public long run(Object receiver, Operands operands, Blackhole hole) throws Throwable {
    int done = 0;
    try {
      long start = System.nanoTime();
      while (done < operands.callsAllowed) {
        TARGET.invokeExact(receiver, operands, hole);
        done++;
      }
      return System.nanoTime() - start;
    } finally {
      operands.callsDone = done;
    }
  }
}
