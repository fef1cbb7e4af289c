package io.coralml.cli;

import java.util.concurrent.Callable;

/** A command; each returns its exit code. */
abstract class Verb implements Callable<Integer> {
  private final Shell shell;

  Verb(Shell shell) {
    this.shell = shell;
  }

  Shell shell() {
    return shell;
  }

  void print(String line) {
    shell.out().println(line);
  }
}
