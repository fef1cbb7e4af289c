package io.coralml.repository;

import io.coralml.history.CommitId;

/**
 * A commit that its writer was told is durable: the line a writing process prints of it.
 *
 * @param writer who made it
 * @param index how many commits the writer had made before
 * @param id the commit
 */
record Acknowledged(int writer, int index, CommitId id) {
  private static final String WORD = "committed";

  /** Returns the line, without its end. */
  String line() {
    return WORD + " " + writer + " " + index + " " + id.hex();
  }

  static boolean isLine(String line) {
    return line.startsWith(WORD + " ");
  }

  static Acknowledged parse(String line) {
    String[] words = line.split(" ", -1);
    return new Acknowledged(
        Integer.parseInt(words[1]), Integer.parseInt(words[2]), new CommitId(words[3]));
  }
}
