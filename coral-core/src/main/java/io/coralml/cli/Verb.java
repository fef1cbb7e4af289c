package io.coralml.cli;

import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** A command; each returns its exit code. */
abstract class Verb implements Callable<Integer> {
  private final Shell shell;

  Verb(Shell shell) {
    this.shell = shell;
  }

  Shell shell() {
    return shell;
  }

  /** Begins to show how far long work is. */
  Progress progress(String label) {
    return Progress.begin(shell, label);
  }

  /** Does long work and shows how long it takes. */
  <T> T showing(String label, Supplier<T> work) {
    Progress progress = progress(label);
    try {
      return work.get();
    } finally {
      progress.close();
    }
  }

  String paint(Colour colour, String text) {
    return shell.paint(colour, text);
  }

  void print(String line) {
    shell.out().println(line);
  }
}
