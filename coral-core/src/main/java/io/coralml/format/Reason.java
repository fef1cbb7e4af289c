package io.coralml.format;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

/** Why the system refused something, in words for a message. */
final class Reason {
  private Reason() {}

  static String of(IOException refused) {
    if (refused instanceof AccessDeniedException) {
      return "permission denied";
    }
    String said =
        refused instanceof FileSystemException system ? system.getReason() : refused.getMessage();
    return said == null ? refused.getClass().getSimpleName() : said;
  }
}
