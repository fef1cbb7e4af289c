package io.coralml.junit.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.List;

/**
 * The body of a benchmark, ready to be called in a loop.
 *
 * @param loop the loop of its own
 * @param receiver the test instance
 * @param operands the arguments
 * @param control stops the loop
 */
record Body(TimedLoop loop, Object receiver, Operands operands, Control control) {

  static Body of(Method method, Object receiver, List<Object> arguments, Control control)
      throws ReflectiveOperationException {
    method.setAccessible(true);
    MethodHandle handle = MethodHandles.lookup().unreflect(method);
    return new Body(
        Loop.around(Operands.bind(handle)),
        receiver,
        Operands.of(method.getParameterTypes(), arguments.toArray()),
        control);
  }

  /** Returns a body that does nothing, to compare others with. */
  static Body empty(Control control) {
    MethodHandle nothing =
        MethodHandles.empty(MethodType.methodType(void.class, Object.class, Operands.class));
    return new Body(Loop.around(nothing), new Object(), new Operands(), control);
  }

  /**
   * Calls the body.
   *
   * @return how long all calls took, in ns
   * @throws Throwable what the body threw, with a note on which call it was
   */
  long run(long calls) throws Throwable {
    try {
      return loop.run(receiver, operands, control, calls);
    } catch (Throwable failure) {
      failure.addSuppressed(
          new CallNumber("It was thrown by call " + (operands.callsDone + 1) + " of this block."));
      throw failure;
    }
  }

  /** Says which call of a block failed; a note on the failure, without a stack of its own. */
  private static final class CallNumber extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CallNumber(String message) {
      super(message, null, false, false);
    }
  }
}
