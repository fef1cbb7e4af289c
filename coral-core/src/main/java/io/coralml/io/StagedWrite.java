package io.coralml.io;

/**
 * A write that becomes durable and visible in steps which it can share with others, so that they
 * cost one force together. Whoever leads calls the steps in this order for all of them:
 *
 * <pre>{@code
 * write.prepare(forces);   // everything written, nothing visible
 * forces.run();
 * write.publish(forces);   // everything visible
 * forces.run();            // and now safe to refer to
 * }</pre>
 */
public interface StagedWrite {
  /** Completes the files, which are durable when the forces have run. */
  void prepare(Forces forces);

  /** Gives the files their names, which are durable when the forces have run. */
  void publish(Forces forces);

  /** Goes through all the steps alone. */
  static void run(Storage storage, StagedWrite write) {
    Forces forces = new Forces(storage);
    try {
      write.prepare(forces);
      forces.run();
      write.publish(forces);
      forces.run();
    } finally {
      forces.abandon();
    }
  }
}
