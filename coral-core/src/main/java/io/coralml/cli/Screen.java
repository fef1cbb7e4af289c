package io.coralml.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Where people watch. The two outputs are asked apart: whoever keeps the errors in a file does not
 * want progress there, and whoever pipes the output on may watch the progress all the same.
 *
 * @param out whether standard output is a terminal, so that colours make sense
 * @param err whether standard error is one, so that showing progress makes sense
 */
record Screen(boolean out, boolean err) {
  static final Screen UNWATCHED = new Screen(false, false);
  static final Screen WATCHED = new Screen(true, true);

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** Looks where the outputs of this process lead. */
  static Screen find() {
    return find(DESCRIPTORS, Screen::hasConsole);
  }

  /**
   * Looks where outputs lead.
   *
   * @param descriptors the folder in which the system shows them as links 1 and 2, as Linux does
   * @param console what to go by, for both, where there is no such folder
   */
  static Screen find(Path descriptors, BooleanSupplier console) {
    if (!Files.isDirectory(descriptors)) {
      return console.getAsBoolean() ? WATCHED : UNWATCHED;
    }
    return new Screen(isTerminal(descriptors.resolve("1")), isTerminal(descriptors.resolve("2")));
  }

  private static boolean isTerminal(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false; // It is closed: nobody watches.
    }
  }

  /** Up to JDK 21 there is a console only at a terminal; later ones are asked. */
  @SuppressWarnings("SystemConsoleNull") // the newer JDKs' own question follows
  private static boolean hasConsole() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
